/** What the service calls, as `renderer.<name>(argument)`, one step after the other. Pixels leave through the outlet's file. */
import { createPlayer } from "/player/player.js";
import { look } from "./look.js";
import { findEndlessLoop } from "./loops.js";
import { openOutlet } from "./outlet.js";
import { createSurface } from "./surface.js";
import { createTimeline } from "./timeline.js";

/** No power of two, so that drivers compile once for all sizes. */
const TRIAL = { width: 36, height: 20 };
/** Frames that are read at once: written while the next ones are drawn. */
const GROUP = 8;
const CANARY = {
  passes: [{ type: "image", code: "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / 64.0, iTime, 1.0); }", inputs: [] }],
};

const surface = createSurface();
const player = createPlayer(surface.gl, { blocking: true });
/** @type {import("./outlet.js").Outlet} */
let outlet;
let timeline = createTimeline(player, surface, 30);

/** Draws and writes once, so that the first job finds everything loaded. size: of the outlet's file, in bytes. */
async function warm(size) {
  outlet = await openOutlet(size);
  await outlet.write(outlet.take(64), 0);
  return { webgl: surface.driver, drawn: await canary() };
}

/** A real picture of 64 x 64, looked at. */
async function canary() {
  const small = createPlayer(surface.gl, { blocking: true });
  await small.load(CANARY);
  surface.resize(64, 64);
  small.draw({ time: 0.5, width: 64, height: 64 });
  const pixels = new Uint8Array(64 * 64 * 4);
  surface.readUpwards(pixels);
  surface.check();
  small.dispose();
  return [0, 1, 2, 3].every((at) => Math.abs(pixels[64 * 63 * 4 + 63 * 4 + at] - [253, 253, 128, 255][at]) <= 2);
}

/** Whether there is still a graphics process behind the page. */
function ping() {
  surface.check();
  return true;
}

/** Compiles; the errors, or what the project makes use of. */
async function load(project) {
  const errors = await player.load(project);
  return errors.length ? { errors } : { uses: player.uses };
}

/** The loop that never ends, see loops.js. Before the first draw: some drivers never come back from one. */
function loops(task) {
  return findEndlessLoop(surface, task);
}

/** The first frame, tiny: what is left to compile is compiled with it. */
function start({ time }) {
  player.draw({ time, frame: 0, ...TRIAL });
  surface.sync();
  surface.check();
}

/** Small pictures, looked at: see look.js. rate: frames a second that buffers are stepped at. */
function glance(task) {
  return look(surface, createTimeline(player, surface, task.rate), task);
}

/** Steps buffers up to the frame before a picture, so that the picture itself costs one frame. first: they begin anew. */
function lead({ time, rate, width, height, first }) {
  if (first) timeline = createTimeline(player, surface, rate);
  timeline.lead(time, width, height);
  surface.sync();
  surface.check();
}

/** One picture into the file at `at`, its bottom row first. first: the buffers begin anew. */
async function still({ time, rate, width, height, at, first }) {
  if (first) timeline = createTimeline(player, surface, rate);
  timeline.draw(time, width, height);
  const pixels = outlet.take(width * height * 4);
  surface.readUpwards(pixels);
  await outlet.write(pixels, at);
  surface.check();
}

/** The frames at some times, one behind the other in the file from `at` on. first: the buffers begin anew. */
async function frames({ times, rate, width, height, at, first }) {
  if (first) timeline = createTimeline(player, surface, rate);
  const size = width * height * 4;
  const writing = [];
  for (let done = 0; done < times.length; done += GROUP) {
    const group = times.slice(done, done + GROUP);
    const pixels = outlet.take(group.length * size);
    timeline.drawAll(group, width, height, pixels);
    writing.push(outlet.write(pixels, at + done * size));
  }
  surface.check();
  await Promise.all(writing);
}

globalThis.renderer = { warm, canary, ping, load, loops, start, glance, lead, still, frames };
