/** One live shader on a page: opening it carefully, playing it, and what the page shows of it. */

import { createPlayer, PlayerError, play } from '$player/index.js';
import { gpuDone, scaleFor } from './frame';
import type { ParamValue, Project, ShaderError } from './project';

type Player = ReturnType<typeof createPlayer>;
type Loop = ReturnType<typeof play>;
export type LiveState = 'playing' | 'paused' | 'error';

/** A first frame that takes longer than this stays a still until somebody asks for more. */
const LIMIT_MS = 1000;
const PROBE = { width: 192, height: 108 };
const SHOW_EVERY_MS = 120;

export class Live {
  state: LiveState = $state('paused');
  /** Whether the canvas has a picture of its own by now. */
  shown = $state(false);
  opening = $state(false);
  /** Too heavy for this device, as far as was seen. */
  heavy = $state(false);
  /** Known to be heavy: not even compiled before somebody asks for it. */
  held: Project | null = $state.raw(null);
  /** Why nothing can be shown at all, in words. */
  trouble = $state('');
  errors: ShaderError[] = $state.raw([]);
  time = $state(0);
  fps = $state(0);
  scale = $state(1);
  /** Whether the shader listens to keys. */
  keyboard = $state(false);

  private canvas: HTMLCanvasElement | null = null;
  private gl: WebGL2RenderingContext | null = null;
  private player: Player | null = null;
  private loop: Loop | null = null;
  private params: Record<string, ParamValue> = {};
  private turn = 0;
  private lastShown = 0;
  private slowFrames = 0;

  /** Takes the canvas; false when this browser cannot draw shaders. */
  attach(canvas: HTMLCanvasElement): boolean {
    this.canvas = canvas;
    try {
      const gl = canvas.getContext('webgl2', {
        alpha: false,
        antialias: false,
        powerPreference: 'high-performance',
      });
      if (!gl) throw new PlayerError('This browser cannot draw WebGL 2, which shaders need.');
      this.gl = gl;
      this.player = createPlayer(gl);
      return true;
    } catch (error) {
      this.trouble = error instanceof PlayerError ? error.message : 'This browser cannot draw shaders.';
      this.state = 'error';
      return false;
    }
  }

  /** Compiles a project; true when it plays. With errors, whatever played before goes on. */
  async load(project: Project): Promise<boolean> {
    if (!this.player) return false;
    const turn = ++this.turn;
    this.opening = true;
    const errors: ShaderError[] = (await this.player.load(project)) as ShaderError[];
    if (turn !== this.turn || !this.player) return false;
    this.opening = false;
    this.errors = errors;
    if (errors.length > 0 && !this.loop) this.state = 'error';
    this.keyboard = this.player.uses.keyboard;
    return errors.length === 0;
  }

  /** Loads, tries a small and then a whole frame, and plays when the device can bear it and `start`, asked last, says so. */
  async open(project: Project, start: () => boolean): Promise<void> {
    if (!(await this.load(project))) return;
    if (this.loop) return this.goOn(this.loop);
    this.state = 'paused';
    this.opening = true;
    const scale = await this.measure();
    this.opening = false;
    if (!this.player) return;
    this.heavy = scale === null;
    this.scale = scale ?? 0.5;
    if (scale !== null && start()) this.resume();
  }

  /** Waits with everything until somebody presses Play. */
  hold(project: Project): void {
    this.held = project;
  }

  private async release(project: Project): Promise<void> {
    this.held = null;
    await this.open(project, () => true);
  }

  /** After another program was loaded: a paused picture has to be drawn again. */
  private goOn(loop: Loop): void {
    this.state = loop.playing ? 'playing' : 'paused';
    if (!loop.playing) loop.setParams({});
  }

  /** Plays, also what was found heavy: whoever presses Play has been told. */
  resume(): void {
    if (this.held) {
      void this.release(this.held);
      return;
    }
    this.heavy = false;
    this.slowFrames = 0;
    this.begin()?.resume();
    this.state = this.loop ? 'playing' : this.state;
  }

  pause(): void {
    this.loop?.pause();
    if (this.state === 'playing') this.state = 'paused';
  }

  restart(): void {
    if (this.held) {
      this.resume();
      return;
    }
    this.begin()?.restart();
    this.time = 0;
  }

  /** A still of that time, for whoever wants no motion. */
  seek(time: number): void {
    this.begin()?.seek(time);
    this.shown = this.loop !== null;
    this.time = time;
  }

  setParams(values: Record<string, ParamValue>): void {
    this.params = { ...this.params, ...values };
    this.loop?.setParams(values);
  }

  setScale(scale: number): void {
    this.scale = scale;
    this.loop?.setScale(scale);
  }

  close(): void {
    this.turn++;
    this.loop?.stop();
    this.player?.dispose();
    // Browsers keep only a few contexts: give this one back at once.
    this.gl?.getExtension('WEBGL_lose_context')?.loseContext();
    this.player = null;
    this.loop = null;
  }

  private async measure(): Promise<number | null> {
    const small = await this.tryFrame(PROBE.width, PROBE.height);
    if (small === null || small > LIMIT_MS) return null;
    const { clientWidth, clientHeight } = this.canvas as HTMLCanvasElement;
    const whole = await this.tryFrame(clientWidth || 640, clientHeight || 360);
    return scaleFor(whole, LIMIT_MS);
  }

  private async tryFrame(width: number, height: number): Promise<number | null> {
    if (!this.player || !this.gl || !this.canvas) return null;
    Object.assign(this.canvas, { width, height });
    this.player.draw({ time: 0, frame: 0, width, height, params: this.params });
    const spent = await gpuDone(this.gl, LIMIT_MS);
    this.player?.reset();
    return spent;
  }

  private begin(): Loop | null {
    if (this.loop || !this.player || !this.canvas || this.errors.length > 0) return this.loop;
    this.loop = play(this.player, this.canvas, {
      params: this.params,
      scale: this.scale,
      paused: true,
      onframe: () => this.onFrame(),
      onlost: () => this.onLost(),
      onrestored: () => this.onRestored(),
    });
    return this.loop;
  }

  private onFrame(): void {
    const { loop } = this;
    if (!loop) return;
    this.shown = true;
    this.watchCost(loop);
    const now = performance.now();
    if (now - this.lastShown < SHOW_EVERY_MS) return;
    this.lastShown = now;
    this.time = loop.time;
    this.fps = loop.fps;
  }

  /** A shader can turn heavy while it plays or is edited: stop before the whole machine crawls. */
  private watchCost(loop: Loop): void {
    this.slowFrames = loop.frame > 3 && loop.fps < 1.2 ? this.slowFrames + 1 : 0;
    if (this.slowFrames < 2) return;
    this.pause();
    this.heavy = true;
  }

  private onLost(): void {
    this.trouble = 'The graphics device gave up on this shader. It comes back by itself if it can.';
    this.state = 'error';
  }

  private onRestored(): void {
    this.trouble = '';
    this.state = this.loop?.playing ? 'playing' : 'paused';
  }
}
