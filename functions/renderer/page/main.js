/** The functions that the service calls as `renderer.<name>(argument)`, one at a time; see client.py. Pixels leave through a file. */
import { createPlayer } from "/player/player.js";
import { ProgramCache } from "/player/program-cache.js";
import { endsLoops, findEndlessLoop, isCut } from "./endless-loops.js";
import { openPixelFile } from "./pixel-file.js";
import { sampleFrames } from "./sampling.js";
import { Surface } from "./surface.js";
import { STEPS, Timeline } from "./timeline.js";

/** Pixels of a first frame. No power of two, so that drivers compile once for all sizes. */
const TRIAL = { width: 36, height: 20 };
/** Frames that are read at once: written while the next ones are drawn. */
const GROUP = 8;
const CANARY = {
  passes: [{ type: "image", code: "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / 64.0, iTime, 1.0); }", inputs: [] }],
};

/** Programs that are kept for later jobs with the same source: those of a project with all passes, guarded and not. */
const MOST_PROGRAMS = 12;

const surface = new Surface();
const canaryPlayer = createPlayer(surface.gl, { blocking: true });
const cache = new ProgramCache(surface.gl, MOST_PROGRAMS);
let player = createPlayer(surface.gl, { blocking: true, marked: true, cache });
/** @type {import("./pixel-file.js").PixelFile} */
let pixelFile;
let timeline = new Timeline(player, surface, STEPS);

/** Draws and writes once, so that the first job finds everything loaded and compiled. size: of the pixel file, in bytes. */
async function warm(size) {
  pixelFile = await openPixelFile(size);
  await pixelFile.write(pixelFile.take(64), 0);
  await canaryPlayer.load(CANARY);
  return { webgl: surface.driver, drawn: canary(), endsLoops: await endsLoops(surface) };
}

/** Draws a picture of 64 x 64 and checks its last pixel. */
function canary() {
  surface.resize(64, 64);
  canaryPlayer.draw({ time: 0.5, width: 64, height: 64 });
  const pixels = new Uint8Array(64 * 64 * 4);
  surface.readUpwards(pixels);
  surface.check();
  return [0, 1, 2, 3].every((at) => Math.abs(pixels[64 * 63 * 4 + 63 * 4 + at] - [253, 253, 128, 255][at]) <= 2);
}

/**
 * Makes the page as it was before its first job: what a job left is gone, but for programs, which write all their uniforms
 * themselves. Whether it still draws.
 */
async function renew() {
  player.dispose();
  player = createPlayer(surface.gl, { blocking: true, marked: true, cache });
  timeline = new Timeline(player, surface, STEPS);
  surface.renew();
  await pixelFile.clear();
  return canary();
}

/** Whether the GPU process is still there. */
function ping() {
  surface.check();
  return true;
}

/**
 * Compiles a project: {errors} where there are any, else {uses, warnings}: what it makes use of, and what is odd about it.
 * guarded: see loop-guard.js.
 */
async function load({ project, guarded }) {
  const errors = await player.load(project, { guarded });
  return errors.length ? { errors } : { uses: player.uses, warnings: player.warnings };
}

/** The loop that never ends, see endless-loops.js. Called before the first draw: some drivers never return from such a loop. */
function checkLoops(task) {
  return findEndlessLoop(surface, task);
}

/** Whether the driver ends loops of the guarded project, see endless-loops.js. */
function findCut({ times, width, height }) {
  return isCut(player, surface, times, width, height);
}

/** Whether it ended loops of a buffer in the frame that was drawn last. */
function hasCutBuffers() {
  return player.hasCutBuffers();
}

/** Draws the first frame, very small: the driver compiles with it what it has not compiled yet. */
function start({ time }) {
  player.draw({ time, frame: 0, ...TRIAL });
  surface.sync();
  surface.check();
}

/** Draws small frames and compares them, see sampling.js. rate: steps a second. */
function sample(task) {
  return sampleFrames(surface, new Timeline(player, surface, task.rate), task);
}

/** Steps up to a frame for some seconds; the last frame drawn. first: everything starts again. */
function advance({ frame, rate, width, height, first, seconds }) {
  if (first) timeline = new Timeline(player, surface, rate);
  const reached = timeline.advance(frame, width, height, seconds);
  surface.check();
  return reached;
}

/** Draws one picture into the file at offset `at`, its bottom row first. first: everything starts again. */
async function still({ time, rate, width, height, at, first }) {
  if (first) timeline = new Timeline(player, surface, rate);
  timeline.draw(time, width, height);
  const pixels = pixelFile.take(width * height * 4);
  surface.readUpwards(pixels);
  await pixelFile.write(pixels, at);
  surface.check();
}

/** Draws frames into the file, one behind the other from offset `at` on. first: everything starts again. */
async function frames({ times, rate, width, height, at, first }) {
  if (first) timeline = new Timeline(player, surface, rate);
  const size = width * height * 4;
  const writing = [];
  for (let done = 0; done < times.length; done += GROUP) {
    const group = times.slice(done, done + GROUP);
    const pixels = pixelFile.take(group.length * size);
    timeline.drawAll(group, width, height, pixels);
    writing.push(pixelFile.write(pixels, at + done * size));
  }
  surface.check();
  await Promise.all(writing);
}

globalThis.renderer = { warm, canary, renew, ping, load, checkLoops, findCut, hasCutBuffers, start, sample, advance, still, frames };
