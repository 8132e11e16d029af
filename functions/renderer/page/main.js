/** What the service calls: renderer.warm(), renderer.canary(), renderer.ping(), renderer.render(job). */
import { createPlayer } from "/player/index.js";
import { makeClip } from "./clip.js";
import { createEncoder, findCodec } from "./encoder.js";
import { findEndlessLoop } from "./loops.js";
import { findMotion } from "./motion.js";
import { makeStills } from "./stills.js";
import { createSurface } from "./surface.js";

/** Time kept back for what follows the last frame: flushing the encoder, muxing, the way back. */
const RESERVE = 400;
/** Larger would cost, smaller would not show; no power of two, so that drivers compile once for all sizes. */
const TRIAL = { width: 36, height: 20 };
const CANARY = {
  passes: [{ type: "image", code: "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / 64.0, iTime, 1.0); }", inputs: [] }],
};

const surface = createSurface();
const player = createPlayer(surface.gl);

/** Draws and encodes once, so that the first job finds everything loaded. */
async function warm() {
  const drawn = await canary();
  const { name, config } = await findCodec("mp4", 64, 64, 30);
  const encoder = createEncoder(config);
  await encoder.add(new Uint8Array(64 * 64 * 4), 0);
  await encoder.finish();
  return { webgl: surface.driver, codec: name, drawn };
}

/** A real picture of 64 x 64, looked at. */
async function canary() {
  const small = createPlayer(surface.gl);
  await small.load(CANARY);
  surface.resize(64, 64);
  small.draw({ time: 0.5, width: 64, height: 64 });
  const pixels = new Uint8Array(64 * 64 * 4);
  surface.read(pixels, new Uint8Array(pixels.length));
  surface.check();
  small.dispose();
  return [0, 1, 2, 3].every((at) => Math.abs(pixels[63 * 4 + at] - [253, 253, 128, 255][at]) <= 2);
}

/** Whether there is still a graphics process behind the page. */
function ping() {
  surface.check();
  return true;
}

/**
 * @param {{project: any, plan: any, probes: any[], budget: number}} job budget: ms that it may take
 */
async function render(job) {
  const began = performance.now();
  const stage = { player, surface, clock: { left: () => job.budget - RESERVE - (performance.now() - began) } };
  const errors = await player.load(job.project);
  if (errors.length) return { status: "failed", reason: "compile_error", errors };
  const times = timesOf(job.plan);
  // Before the first draw: some drivers never come back from an endless loop.
  const probing = performance.now();
  const loop = await findEndlessLoop(surface, job.probes, times);
  if (loop) return { status: "failed", reason: "deadline", loop };
  const probed = performance.now() - probing;
  player.draw({ time: times[0], frame: 0, ...TRIAL });
  surface.sync();
  const compile_ms = performance.now() - began - probed;
  return makeOutputs(stage, job.plan, compile_ms);
}

async function makeOutputs(stage, { stills, clip }, compile_ms) {
  const pending = [];
  const send = (output) => sendOff(pending, output);
  const { frame_ms } = await makeStills(stage, stills, send);
  const cost = frame_ms / (stills[0].width * stills[0].height);
  const moves = findMotion(stage, clip ?? { start: 0, duration: 4, fps: 30 }, cost);
  await send({ kind: "facts", compile_ms, frame_ms, moves });
  let heavy = false;
  if (clip && (moves || !clip.unless_still)) {
    const output = await makeClip(stage, clip, cost);
    if (output) await send(output);
    heavy = !output;
  }
  await Promise.all(pending);
  return { status: "done", reason: heavy ? "too_heavy" : null };
}

function timesOf({ stills, clip }) {
  const ends = clip ? [clip.start, clip.start + clip.duration] : [];
  return [...new Set([...stills.map((still) => still.time), ...ends])];
}

/** Hands something to the service, whose answer is waited for at the end; resolves when it has left the page. */
async function sendOff(pending, message) {
  pending.push(globalThis.deliver(message));
  await new Promise((resolve) => setTimeout(resolve));
}

globalThis.renderer = { warm, canary, ping, render };
