/** Plays one shader on a page: compiles it, measures whether this device can bear it, and holds the state that the page shows. */

import { createPlayer, PlayerError, play } from '$player/index.js';
import type { CompileError, Project } from '../api/schema';
import type { ParamValues } from '../project/params';
import { Capture, CaptureError } from './capture';
import { scaleForFrameTime, waitForGpu } from './frame-cost';

type Player = ReturnType<typeof createPlayer>;
type Loop = ReturnType<typeof play>;
export type PlayerState = 'playing' | 'paused' | 'error';

/** A shader whose first frame takes longer than this does not play until asked to. */
const MAX_FRAME_MS = 1000;
/** Size of the first frame that is tried. */
const PROBE_SIZE = { width: 192, height: 108 };
/** Time and frame rate on the page change this often. */
const DISPLAY_INTERVAL_MS = 120;

const LOST = 'The graphics device gave up on this shader. It comes back by itself if it can.';
const NOT_COMPILED = 'The shader does not compile in this browser.';
const CLOSED = 'The player was closed.';

export class LivePlayer {
  state: PlayerState = $state('paused');
  /** Whether the canvas shows a frame by now; until then the poster covers it. */
  hasFrame = $state(false);
  loading = $state(false);
  /** Measured to be too slow for this device. */
  tooSlow = $state(false);
  /** A project that is not even compiled until somebody presses Play. */
  deferred: Project | null = $state.raw(null);
  /** Why nothing can be shown at all, as a sentence; empty when all is well. */
  failure = $state('');
  errors: CompileError[] = $state.raw([]);
  time = $state(0);
  fps = $state(0);
  scale = $state(1);
  /** Whether the shader listens to keys. */
  keyboard = $state(false);

  private canvas: HTMLCanvasElement | null = null;
  private gl: WebGL2RenderingContext | null = null;
  private player: Player | null = null;
  private loop: Loop | null = null;
  private params: ParamValues = {};
  /** Number of the newest call of load(): the answer to an older one is dropped. */
  private loadNumber = 0;
  private lastDisplay = 0;
  private slowFrames = 0;
  private capturing: Capture | null = null;

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
      canvas.addEventListener('webglcontextlost', () => this.onLost());
      return true;
    } catch (error) {
      this.failure = error instanceof PlayerError ? error.message : 'This browser cannot draw shaders.';
      this.state = 'error';
      return false;
    }
  }

  /** Compiles a project; true when it can play. With errors, the project before it goes on playing. */
  async load(project: Project): Promise<boolean> {
    if (!this.player) return false;
    const loadNumber = ++this.loadNumber;
    this.loading = true;
    const errors: CompileError[] = (await this.player.load(project)) as CompileError[];
    if (loadNumber !== this.loadNumber || !this.player) return false;
    this.loading = false;
    this.errors = errors;
    if (errors.length > 0 && !this.loop) this.state = 'error';
    if (errors.length > 0) this.capturing?.fail(NOT_COMPILED);
    this.keyboard = this.player.uses.keyboard;
    return errors.length === 0;
  }

  /** Loads a project, measures a small and then a whole frame, and plays if the device is fast enough and `start()`, called last, is true, or a picture is asked for. */
  async open(project: Project, start: () => boolean): Promise<void> {
    if (!(await this.load(project))) return;
    if (this.loop) return this.continueWith(this.loop);
    this.state = 'paused';
    this.loading = true;
    const scale = await this.measureScale();
    this.loading = false;
    if (!this.player) return;
    this.tooSlow = scale === null;
    this.scale = scale ?? 0.5;
    if (this.capturing || (scale !== null && start())) this.resume();
  }

  /** Takes a project that is known to be heavy: it is loaded when somebody presses Play. */
  defer(project: Project): void {
    this.deferred = project;
  }

  private async loadDeferred(project: Project): Promise<void> {
    this.deferred = null;
    await this.open(project, () => true);
  }

  /** After another program was loaded: a paused picture has to be drawn again. */
  private continueWith(loop: Loop): void {
    this.state = loop.playing ? 'playing' : 'paused';
    if (!loop.playing) loop.setParams({});
  }

  /** Plays, even what was measured to be too slow: the page has said so. */
  resume(): void {
    if (this.deferred) {
      void this.loadDeferred(this.deferred);
      return;
    }
    this.tooSlow = false;
    this.slowFrames = 0;
    this.ensureLoop()?.resume();
    this.state = this.loop ? 'playing' : this.state;
  }

  pause(): void {
    this.loop?.pause();
    this.capturing?.fail('The player was paused before there was a picture.');
    if (this.state === 'playing') this.state = 'paused';
  }

  restart(): void {
    if (this.deferred) {
      this.resume();
      return;
    }
    this.ensureLoop()?.restart();
    this.time = 0;
  }

  /** Shows the frame at a time, in seconds, without playing. */
  seek(time: number): void {
    this.ensureLoop()?.seek(time);
    this.hasFrame = this.loop !== null;
    this.time = time;
  }

  setParams(values: ParamValues): void {
    this.params = { ...this.params, ...values };
    this.loop?.setParams(values);
  }

  setScale(scale: number): void {
    this.scale = scale;
    this.loop?.setScale(scale);
  }

  /** A picture of what plays, in base64; it begins to play if it does not yet. Rejects with CaptureError, after 30 s at the latest. */
  async capture(): Promise<string> {
    if (this.failure) throw new CaptureError(this.failure);
    if (!this.player || !this.canvas) throw new CaptureError(CLOSED);
    if (this.errors.length > 0) throw new CaptureError(NOT_COMPILED);
    this.capturing ??= new Capture();
    const { capturing } = this;
    // What is scrolled away is not drawn.
    this.canvas.scrollIntoView({ block: 'nearest' });
    if (this.state !== 'playing' && !this.loading) this.resume();
    try {
      return await capturing.picture;
    } finally {
      if (this.capturing === capturing) this.capturing = null;
    }
  }

  /** Not of the very first frames, which often show nothing. */
  private takePicture(loop: Loop): void {
    if (this.canvas && (loop.time >= 1 || loop.frame >= 3)) this.capturing?.take(this.canvas);
  }

  close(): void {
    this.loadNumber++;
    this.capturing?.fail(CLOSED);
    this.loop?.stop();
    this.player?.dispose();
    // Browsers keep only a few contexts: give this one back at once.
    this.gl?.getExtension('WEBGL_lose_context')?.loseContext();
    this.player = null;
    this.loop = null;
  }

  /** The resolution to play at; null when even a small frame is too slow. */
  private async measureScale(): Promise<number | null> {
    const small = await this.timeFrame(PROBE_SIZE.width, PROBE_SIZE.height);
    if (small === null || small > MAX_FRAME_MS) return null;
    const { clientWidth, clientHeight } = this.canvas as HTMLCanvasElement;
    const whole = await this.timeFrame(clientWidth || 640, clientHeight || 360);
    return scaleForFrameTime(whole, MAX_FRAME_MS);
  }

  private async timeFrame(width: number, height: number): Promise<number | null> {
    if (!this.player || !this.gl || !this.canvas) return null;
    Object.assign(this.canvas, { width, height });
    this.player.draw({ time: 0, frame: 0, width, height, params: this.params });
    const elapsed = await waitForGpu(this.gl, MAX_FRAME_MS);
    this.player?.reset();
    return elapsed;
  }

  private ensureLoop(): Loop | null {
    if (this.loop || !this.player || !this.canvas || this.errors.length > 0) return this.loop;
    this.loop = play(this.player, this.canvas, {
      params: this.params,
      scale: this.scale,
      paused: true,
      onframe: () => this.onFrame(),
      onrestored: () => this.onRestored(),
    });
    return this.loop;
  }

  private onFrame(): void {
    const { loop } = this;
    if (!loop) return;
    this.hasFrame = true;
    this.takePicture(loop);
    this.pauseIfSlow(loop);
    const now = performance.now();
    if (now - this.lastDisplay < DISPLAY_INTERVAL_MS) return;
    this.lastDisplay = now;
    this.time = loop.time;
    this.fps = loop.fps;
  }

  /** A shader can become slow while it plays or is edited: it is paused before the whole machine is. */
  private pauseIfSlow(loop: Loop): void {
    this.slowFrames = loop.frame > 3 && loop.fps < 1.2 ? this.slowFrames + 1 : 0;
    if (this.slowFrames < 2) return;
    this.pause();
    this.tooSlow = true;
  }

  private onLost(): void {
    if (!this.player) return;
    this.capturing?.fail(LOST);
    this.loading = false;
    this.failure = LOST;
    this.state = 'error';
  }

  private onRestored(): void {
    this.failure = '';
    this.state = this.loop?.playing ? 'playing' : 'paused';
  }
}
