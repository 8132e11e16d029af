/** The player: one project on one WebGL 2 context, drawn frame by frame. */
import { Channels } from "./channels.js";
import { checkProject } from "./check.js";
import { PlayerError } from "./errors.js";
import { createPass } from "./passes.js";
import { isBufferCut } from "./loop-guard.js";
import { ProgramCache } from "./program-cache.js";
import { compilePlan } from "./program.js";
import { readProject } from "./project.js";
import { Target } from "./targets.js";
import { findUses, NO_USES } from "./uses.js";
import { findWarnings } from "./warnings.js";

/** Noon of the first day of 2026: what iDate says at time 0 when nobody names a date. */
const NOON = Date.UTC(2026, 0, 1, 12);

/**
 * @param {WebGL2RenderingContext} gl its default framebuffer is drawn to; the caller sizes the canvas
 * @param {{blocking?: boolean, marked?: boolean, cache?: ProgramCache}} options blocking: compile as soon as can be, though the
 *   page stands still meanwhile; marked: the alpha of the picture is 2/3 where a colour is NaN and 1/3 where it is infinite, for
 *   counting them; cache: of programs, which may be shared with players before and after on the same context
 * @throws {PlayerError} where WebGL 2 or float buffers are missing
 */
export function createPlayer(gl, { blocking = false, marked = false, cache = new ProgramCache(gl, 0) } = {}) {
  requireFloatBuffers(gl);
  return new Player(gl, { blocking, marked, cache });
}

export class Player {
  /** @type {import("./uses.js").Uses} hints from the code of the project that plays */
  uses = { ...NO_USES };
  /** @type {import("./warnings.js").Warning[]} what is odd about that project, though it plays */
  warnings = [];

  #gl;
  #options;
  #state;
  #project = null;
  #newest = 0;

  /**
   * @param {WebGL2RenderingContext} gl
   * @param {{blocking: boolean, marked: boolean, cache: ProgramCache}} options
   */
  constructor(gl, options) {
    this.#gl = gl;
    this.#options = options;
    this.#state = emptyState(gl);
  }

  /**
   * Compiles a project. On errors the previous one keeps playing. Buffers that both
   * have keep their contents, as an editor wants it; frame 0 or reset() clears them.
   *
   * @param {any} project
   * @param {{guarded?: boolean}} options guarded: pixels whose loops the driver ended are marked, see loop-guard.js
   * @returns {Promise<import("./errors.js").ShaderError[]>} [] = playable
   * @throws {PlayerError} when the context is lost meanwhile
   */
  async load(project, { guarded = false } = {}) {
    const faults = checkProject(project);
    if (faults.length) return faults;
    const turn = ++this.#newest;
    const { blocking, marked, cache } = this.#options;
    const plan = { ...readProject(project), guarded, marked };
    const { programs, errors } = await compilePlan(this.#gl, plan, blocking, cache);
    if (errors.length) return errors;
    if (turn === this.#newest) this.#install(project, plan, programs);
    else programs.forEach((program) => cache.give(program));
    return [];
  }

  #install(project, plan, programs) {
    const before = this.#state.passes;
    this.#state.passes = [];
    for (const pass of before) this.#drop(pass);
    install(this.#gl, this.#state, plan, programs);
    this.#project = project;
    this.uses = findUses(plan);
    this.warnings = findWarnings(plan, this.#state.passes);
  }

  /**
   * Draws one frame. Reads no clock: the same project and frames give the same bytes.
   *
   * @param {{time: number, width: number, height: number, timeDelta?: number, frame?: number,
   *   date?: Date | number[], mouse?: number[], keyboard?: Uint8Array | null,
   *   params?: Record<string, any>, strip?: number, buffersOnly?: boolean}} options times in seconds, sizes and mouse
   *   in pixels; strip: rows of a draw call, even; buffersOnly: nobody looks at this frame, but later ones build on it
   */
  draw(options) {
    const state = this.#state;
    const frame = readFrame(options, state.frame);
    if (frame.frame === 0) clearTargets(state);
    for (const target of state.targets.values()) target.resize(frame.width, frame.height);
    state.channels.setKeyboard(options.keyboard ?? null);
    for (const pass of state.passes) pass.draw(frame, state);
    state.frame = frame.frame + 1;
  }

  /** Whether the driver ended loops in the newest frame of a buffer; only of guarded projects. */
  hasCutBuffers() {
    return [...this.#state.targets.values()].some((target) => isBufferCut(this.#gl, target));
  }

  /** Clears the buffers; the next frame is 0. */
  reset() {
    clearTargets(this.#state);
    this.#state.frame = 0;
  }

  /** Builds everything again after the browser gave a lost context back. */
  async restore() {
    requireFloatBuffers(this.#gl);
    this.#state = emptyState(this.#gl);
    return this.#project ? this.load(this.#project) : [];
  }

  dispose() {
    const { passes, targets, channels } = this.#state;
    this.#newest++;
    for (const pass of passes) this.#drop(pass);
    for (const target of targets.values()) target.dispose();
    channels.dispose();
    Object.assign(this.#state, { passes: [], targets: new Map() });
  }

  #drop(pass) {
    pass.dispose();
    this.#options.cache.give(pass.program);
  }
}

function requireFloatBuffers(gl) {
  if (!gl || typeof gl.texStorage2D !== "function") {
    throw new PlayerError("This browser has no WebGL 2, which shaders need.");
  }
  if (!gl.getExtension("EXT_color_buffer_float")) {
    throw new PlayerError("This device cannot draw into float buffers (EXT_color_buffer_float).");
  }
}

function emptyState(gl) {
  gl.disable(gl.DITHER);
  return { passes: [], targets: new Map(), channels: new Channels(gl), frame: 0 };
}

function install(gl, state, plan, programs) {
  const inputs = plan.passes.flatMap((pass) => pass.inputs);
  const targets = new Map();
  for (const { id, type } of plan.passes) {
    if (type !== "buffer") continue;
    const mipmaps = inputs.some((input) => input.source === id && input.sampler.filter === "mipmap");
    targets.set(id, takeTarget(gl, state.targets, id, mipmaps));
  }
  for (const unused of state.targets.values()) unused.dispose();
  state.targets = targets;
  state.passes = plan.passes.map((pass, at) => createPass(gl, pass, programs[at], plan));
}

/** The target of that name from before, unless it lacks the mipmaps now asked for. */
function takeTarget(gl, targets, id, mipmaps) {
  const kept = targets.get(id);
  if (!kept || kept.wanted !== mipmaps) return new Target(gl, mipmaps);
  targets.delete(id);
  return kept;
}

/** What earlier frames left: the buffers, and the picture of an image that discards. */
function clearTargets(state) {
  for (const target of state.targets.values()) target.clear();
  for (const pass of state.passes) pass.clear();
}

function readFrame(options, next) {
  return {
    time: options.time,
    timeDelta: options.timeDelta ?? 1 / 60,
    frame: options.frame ?? next,
    date: options.date ? readDate(options.date) : dateAt(options.time),
    mouse: options.mouse ?? [0, 0, 0, 0],
    width: Math.max(1, Math.floor(options.width)),
    height: Math.max(1, Math.floor(options.height)),
    params: options.params ?? {},
    strip: options.strip ?? Infinity,
    buffersOnly: options.buffersOnly ?? false,
  };
}

/** What a clock says that stood at noon at time 0. */
function dateAt(time) {
  const seconds = 43200 + time;
  const day = new Date(NOON + 86400_000 * Math.floor(seconds / 86400));
  return [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), seconds % 86400];
}

/** iDate: year, month 0-11, day, seconds since midnight. */
function readDate(date) {
  if (Array.isArray(date)) return date;
  const seconds = date.getHours() * 3600 + date.getMinutes() * 60 + date.getSeconds();
  return [date.getFullYear(), date.getMonth(), date.getDate(), seconds + date.getMilliseconds() / 1000];
}
