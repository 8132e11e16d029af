/**
 * Finds loops that never end: by drawing a guarded project (loop-guard.js) where the driver ends them, or else by drawing the
 * project with its loops counted, as glsl/instrument.py writes it.
 */
import { isImageCut } from "/player/loop-guard.js";
import { createPlayer } from "/player/player.js";
import { STEPS, Timeline } from "./timeline.js";

/**
 * @param {import("./surface.js").Surface} surface
 * @param {{probes: any[], times: number[], width: number, height: number}} task projects whose image is the number of the
 *   loop that reached the limit of iterations, in red and green, and in blue whether only together with others; times in
 *   seconds and size in pixels to draw them at
 * @returns {Promise<{loop: number, together: boolean, whole: boolean}>} loop: 0 for none; whole: all probes could be drawn
 */
export async function findEndlessLoop(surface, { probes, times, width, height }) {
  let whole = true;
  for (const probe of probes) {
    const player = createPlayer(surface.gl, { blocking: true });
    const errors = await player.load(probe);
    const found = errors.length ? null : drawProbe(player, surface, times, width, height);
    player.dispose();
    if (found) return { ...found, whole };
    whole &&= errors.length === 0;
  }
  return { loop: 0, together: false, whole };
}

/** More iterations than llvmpipe lets a pixel have. */
const MANY = 70_000;
const LONG = {
  passes: [{ type: "image", code: `void mainImage(out vec4 c, in vec2 p) { for (int i = 0; i < ${MANY} + iFrame; i++) c += p.x; }`, inputs: [] }],
};

/** Whether this driver ends loops, so that endless ones may be drawn and are marked. */
export async function endsLoops(surface) {
  const player = createPlayer(surface.gl, { blocking: true });
  await player.load(LONG, { guarded: true });
  const cut = isCut(player, surface, [0], 1, 1);
  player.dispose();
  return cut;
}

/**
 * @param {any} player with a guarded project
 * @returns {boolean} whether the driver ends loops of a pixel in frames of this size, at these times or, with buffers, at first
 */
export function isCut(player, surface, times, width, height) {
  const timeline = new Timeline(player, surface, STEPS);
  const pixels = new Uint8Array(width * height * 4);
  return (player.uses.buffers ? [0, 1 / STEPS] : times).some((time) => {
    timeline.draw(time, width, height);
    surface.readUpwards(pixels);
    surface.check();
    return isImageCut(pixels) || player.hasCutBuffers();
  });
}

function drawProbe(player, surface, times, width, height) {
  const timeline = new Timeline(player, surface, STEPS);
  const pixels = new Uint8Array(width * height * 4);
  for (const time of player.uses.buffers ? [0, 1 / STEPS] : times) {
    timeline.draw(time, width, height);
    surface.readUpwards(pixels);
    for (let at = 0; at < pixels.length; at += 4) {
      const loop = pixels[at] + 256 * pixels[at + 1];
      if (loop) return { loop, together: pixels[at + 2] > 0 };
    }
  }
  surface.check();
  return null;
}
