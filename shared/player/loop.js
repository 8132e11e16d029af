/** Plays a project on a page's canvas: clock, size, input, visibility, lost contexts. */
import { listenKeyboard, listenMouse } from "./input.js";
import { fitCanvas, watchVisible } from "./view.js";

/** A longer gap between two frames than this is a pause, not time that passed. */
const LONGEST_STEP = 0.25;

/**
 * @param {ReturnType<import("./player.js").createPlayer>} player
 * @param {HTMLCanvasElement} canvas sized by CSS; its pixels are set here
 * @param {{params?: Record<string, any>, fps?: number, scale?: number, paused?: boolean,
 *   onframe?: (loop: Loop) => void, onlost?: () => void, onrestored?: () => void}} [options]
 *   fps caps the frame rate; scale multiplies the resolution
 * @returns {Loop}
 *
 * @typedef {ReturnType<typeof createLoop>} Loop
 */
export function play(player, canvas, options = {}) {
  const loop = createLoop(player, canvas, options);
  if (!options.paused) loop.resume();
  return loop;
}

function createLoop(player, canvas, options) {
  const ending = new AbortController();
  const mouse = listenMouse(canvas, ending.signal);
  const keyboard = listenKeyboard(canvas, ending.signal, () => player.uses.keyboard);
  const view = watchVisible(canvas, ending.signal, () => schedule());
  let params = { ...options.params };
  let [wanted, lost, request, last] = [false, false, 0, 0];

  const loop = {
    time: 0,
    frame: 0,
    fps: 0,
    scale: options.scale ?? 1,
    get playing() {
      return wanted && !lost;
    },
    resume() {
      wanted = true;
      schedule();
    },
    pause() {
      wanted = false;
    },
    restart() {
      loop.seek(0);
    },
    /** A project with buffers starts over: its state cannot be computed for a time. */
    seek(time) {
      player.reset();
      loop.time = Math.max(0, time);
      loop.frame = player.uses.buffers ? 0 : Math.round(loop.time * 60);
      last = 0;
      if (!wanted) redraw();
    },
    /** @param {Record<string, any>} values merged over the ones before */
    setParams(values) {
      params = { ...params, ...values };
      if (!wanted) redraw();
    },
    /** @param {number} scale of the resolution, 1 = the screen's own (capped) */
    setScale(scale) {
      loop.scale = scale;
      if (!wanted) redraw();
    },
    stop() {
      wanted = false;
      cancelAnimationFrame(request);
      ending.abort();
    },
  };

  function schedule() {
    if (!wanted || lost || !view.visible || request || ending.signal.aborted) return;
    last = 0;
    request = requestAnimationFrame(tick);
  }

  /** @param {number} now milliseconds */
  function tick(now) {
    request = 0;
    if (!wanted || lost || !view.visible) return;
    request = requestAnimationFrame(tick);
    const step = last ? (now - last) / 1000 : 1 / 60;
    // Half a display frame of slack, or a cap of 30 on a 60 Hz screen would give 20.
    if (last && options.fps && step < 1 / options.fps - 0.004) return;
    last = now;
    advance(step);
  }

  function advance(step) {
    const timeDelta = step > LONGEST_STEP ? 1 / 60 : step;
    if (loop.frame > 0) loop.time += timeDelta;
    drawNow(timeDelta);
    loop.frame++;
    loop.fps = loop.fps ? loop.fps + 0.1 * (1 / step - loop.fps) : 1 / step;
    options.onframe?.(loop);
  }

  /** One still frame while paused; buffers would move on, so they are left alone. */
  function redraw() {
    if (lost || (player.uses.buffers && loop.frame > 0)) return;
    drawNow(1 / 60);
  }

  function drawNow(timeDelta) {
    canvas.style.touchAction = player.uses.mouse ? "none" : "";
    const [width, height] = fitCanvas(canvas, loop.scale);
    const { time, frame } = loop;
    const keys = player.uses.keyboard ? keyboard.value : null;
    player.draw({ time, timeDelta, frame, width, height, params, date: new Date(), mouse: mouse.value, keyboard: keys });
    mouse.afterFrame();
    keyboard.afterFrame();
  }

  canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault();
    lost = true;
    options.onlost?.();
  }, { signal: ending.signal });

  canvas.addEventListener("webglcontextrestored", async () => {
    await player.restore();
    lost = false;
    loop.seek(loop.time);
    options.onrestored?.();
    schedule();
  }, { signal: ending.signal });

  return loop;
}
