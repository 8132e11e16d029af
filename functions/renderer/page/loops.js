/** Loops that never end: the service sends the passes again with their loops counted (see loops.py). */
import { createPlayer } from "/player/index.js";
import { createTimeline } from "./timeline.js";

const WIDTH = 36;
const HEIGHT = 20;

/**
 * @param {import("./surface.js").Surface} surface
 * @param {any[]} probes projects whose image is the number of the loop that ran away, in red and green
 * @param {number[]} times to look at, in seconds
 * @returns {Promise<number>} that number, 0 for none
 */
export async function findEndlessLoop(surface, probes, times) {
  for (const probe of probes) {
    const player = createPlayer(surface.gl);
    const errors = await player.load(probe);
    const found = errors.length ? 0 : look(player, surface, times);
    player.dispose();
    if (found) return found;
  }
  return 0;
}

function look(player, surface, times) {
  const timeline = createTimeline(player, surface, 30);
  const pixels = new Uint8Array(WIDTH * HEIGHT * 4);
  for (const time of player.uses.buffers ? [0, 1 / 30] : times) {
    timeline.draw(time, WIDTH, HEIGHT);
    surface.readUpwards(pixels);
    for (let at = 0; at < pixels.length; at += 4) {
      if (pixels[at] || pixels[at + 1]) return pixels[at] + 256 * pixels[at + 1];
    }
  }
  surface.check();
  return 0;
}
