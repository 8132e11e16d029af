/** Plays a project on a page's canvas: clock, size, input, visibility, lost contexts. */
import { listenKeyboard, listenMouse } from "./input.js";
import { fitCanvas, watchVisible } from "./view.js";

/** A longer gap between two frames than this is a pause, not time that passed. */
const LONGEST_STEP = 0.25;

/** Half a display frame: without it a cap of 30 on a 60 Hz screen would give 20. */
const SLACK = 0.004;

/**
 * @typedef {{params?: Record<string, any>, fps?: number, scale?: number, paused?: boolean,
 *   onframe?: (loop: Loop) => void, onlost?: () => void, onrestored?: () => void}} Options
 *   fps caps the frame rate; scale multiplies the resolution
 *
 * @param {import("./player.js").Player} player
 * @param {HTMLCanvasElement} canvas sized by CSS; its pixels are set here
 * @param {Options} [options]
 * @returns {Loop}
 */
export function play(player, canvas, options = {}) {
  const loop = new Loop(player, canvas, options);
  if (!options.paused) loop.resume();
  return loop;
}

export class Loop {
  /** Seconds, as iTime. */
  time = 0;
  frame = 0;
  fps = 0;

  #player;
  #canvas;
  #options;
  #params;
  #ending = new AbortController();
  #wanted = false;
  #lost = false;
  #request = 0;
  #answer = 0;
  #last = 0;

  /**
   * @param {import("./player.js").Player} player
   * @param {HTMLCanvasElement} canvas
   * @param {Options} options
   */
  constructor(player, canvas, options) {
    const { signal } = this.#ending;
    this.#player = player;
    this.#canvas = canvas;
    this.#options = options;
    this.#params = { ...options.params };
    this.scale = options.scale ?? 1;
    this.mouse = listenMouse(canvas, signal, () => player.uses.mouse && this.#answerInput());
    this.keyboard = listenKeyboard(canvas, signal, () => player.uses.keyboard, () => this.#answerInput());
    this.view = watchVisible(canvas, signal, () => this.#schedule());
    canvas.addEventListener("webglcontextlost", (event) => this.#lose(event), { signal });
    canvas.addEventListener("webglcontextrestored", () => this.#restore(), { signal });
  }

  get playing() {
    return this.#wanted && !this.#lost;
  }

  resume() {
    this.#wanted = true;
    this.#schedule();
  }

  pause() {
    this.#wanted = false;
  }

  restart() {
    this.seek(0);
  }

  /**
   * A project whose frames build on each other starts over: its state cannot be computed for a time.
   *
   * @param {number} time
   */
  seek(time) {
    this.#player.reset();
    this.time = Math.max(0, time);
    const { buffers, discards } = this.#player.uses;
    this.frame = buffers || discards ? 0 : Math.round(this.time * 60);
    this.#last = 0;
    this.#redraw();
  }

  /** @param {Record<string, any>} values merged over the ones before */
  setParams(values) {
    this.#params = { ...this.#params, ...values };
    this.#redraw();
  }

  /** @param {number} scale of the resolution; 1 = the screen's own (capped) */
  setScale(scale) {
    this.scale = scale;
    this.#redraw();
  }

  stop() {
    this.#wanted = false;
    cancelAnimationFrame(this.#request);
    cancelAnimationFrame(this.#answer);
    this.#ending.abort();
  }

  #schedule() {
    if (!this.playing || !this.view.visible || this.#request || this.#ending.signal.aborted) return;
    this.#last = 0;
    this.#request = requestAnimationFrame((now) => this.#tick(now));
  }

  /** @param {number} now milliseconds */
  #tick(now) {
    this.#request = 0;
    if (!this.playing || !this.view.visible) return;
    this.#request = requestAnimationFrame((next) => this.#tick(next));
    const step = this.#last ? (now - this.#last) / 1000 : 1 / 60;
    const { fps } = this.#options;
    if (this.#last && fps && step < 1 / fps - SLACK) return;
    this.#last = now;
    this.#advance(step);
  }

  /** @param {number} step seconds since the last frame */
  #advance(step) {
    const timeDelta = step > LONGEST_STEP ? 1 / 60 : step;
    if (this.frame > 0) this.time += timeDelta;
    this.#draw(timeDelta);
    this.frame++;
    this.fps = this.fps ? this.fps + 0.1 * (1 / step - this.fps) : 1 / step;
    this.#options.onframe?.(this);
  }

  /** One still frame while paused; buffers would move on by it, so they are left alone. */
  #redraw() {
    if (this.playing || this.#lost || (this.#player.uses.buffers && this.frame > 0)) return;
    this.#draw(1 / 60);
  }

  /** A click, a drag or a key while paused draws one frame, and buffers move on by it: as on Shadertoy. */
  #answerInput() {
    if (this.playing || this.#answer) return;
    this.#answer = requestAnimationFrame(() => {
      this.#answer = 0;
      if (this.playing || this.#lost) return;
      this.#draw(1 / 60);
      this.frame++;
      this.#options.onframe?.(this);
    });
  }

  /** @param {number} timeDelta */
  #draw(timeDelta) {
    const { uses } = this.#player;
    this.#canvas.style.touchAction = uses.mouse ? "none" : "";
    const [width, height] = fitCanvas(this.#canvas, this.scale);
    this.#player.draw({
      time: this.time, timeDelta, frame: this.frame, date: new Date(), width, height, params: this.#params,
      mouse: this.mouse.value, keyboard: uses.keyboard ? this.keyboard.value : null,
    });
    this.mouse.afterFrame();
    this.keyboard.afterFrame();
  }

  /** @param {Event} event without preventDefault the browser would not give the context back */
  #lose(event) {
    event.preventDefault();
    this.#lost = true;
    this.#options.onlost?.();
  }

  async #restore() {
    await this.#player.restore();
    this.#lost = false;
    this.seek(this.time);
    this.#options.onrestored?.();
    this.#schedule();
  }
}
