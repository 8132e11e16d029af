/** The moving preview, in the best of a few fixed qualities that the time left allows. */
import { createEncoder, findCodec } from "./encoder.js";
import { createMiniatures } from "./miniature.js";
import { createTimeline } from "./timeline.js";

/** [size, frame rate] as parts of what was asked for. Each costs half or less of the one before, so that two renders
 * of the same project seldom fall on two sides of a border. */
const STEPS = [[1, 1], [1, 1 / 2], [2 / 3, 1 / 2], [1 / 2, 1 / 3], [1 / 3, 1 / 3]];
/** What encoding a frame adds to drawing it, in ms a pixel. */
const ENCODING = 2.5e-5;
/** Room for a machine that gets busier on the way. */
const MARGIN = 1.15;
/** Frames after which the cost of the rest is judged, and how much too slow it may seem then, since frames differ. */
const TRIAL = 8;
const DOUBT = 0.3;

/**
 * @param {{player: any, surface: import("./surface.js").Surface, clock: any}} stage
 * @param {{name: string, start: number, duration: number, fps: number, width: number, height: number, format: string}} clip
 * @param {number} cost expected, in ms a pixel
 * @returns {Promise<object | null>} null: no step fits
 */
export async function makeClip(stage, clip, cost) {
  for (const [size, speed] of STEPS) {
    const step = scale(clip, size, speed);
    const pixels = step.width * step.height;
    if (step.frames * pixels * (cost + ENCODING) * MARGIN > stage.clock.left()) continue;
    const { output, spent } = await encodeStep(stage, step);
    if (output) return output;
    cost = spent / pixels;
  }
  return null;
}

/** Sizes stay even, as 4:2:0 video wants them. */
function scale(clip, size, speed) {
  const even = (value) => 2 * Math.round((value * size) / 2);
  const fps = Math.max(1, Math.round(clip.fps * speed));
  const frames = Math.max(1, Math.round(clip.duration * fps));
  return { ...clip, width: even(clip.width), height: even(clip.height), fps, frames };
}

async function encodeStep({ player, surface, clock }, step) {
  const { name: codec, config } = await findCodec(step.format, step.width, step.height, step.fps);
  const encoder = createEncoder(config);
  const timeline = createTimeline(player, surface, step.fps);
  const pixels = new Uint8Array(step.width * step.height * 4);
  const scratch = new Uint8Array(pixels.length);
  const miniatures = createMiniatures(step.width, step.height, step.frames);
  const began = performance.now();
  for (let index = 0; index < step.frames; index++) {
    timeline.draw(step.start + index / step.fps, step.width, step.height);
    surface.read(pixels, scratch);
    miniatures.add(pixels);
    await encoder.add(pixels, index);
    const spent = (performance.now() - began) / (index + 1);
    const rest = 1 - (index + 1) / step.frames;
    if (index >= TRIAL && spent * rest * step.frames > (1 + DOUBT * rest) * clock.left()) {
      encoder.drop();
      return { output: null, spent };
    }
  }
  surface.check();
  const { name, width, height, fps, frames } = step;
  const chunks = await encoder.finish();
  const sizes = chunks.map((chunk) => chunk.length);
  const data = await base64(new Blob(chunks));
  const seen = await base64(miniatures.finish());
  return { output: { kind: "clip", name, codec, width, height, fps, frames, sizes, ...encoder.colours, data, miniatures: seen }, spent: 0 };
}

/** @param {Blob} blob */
function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
