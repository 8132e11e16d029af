/** Whether anything moves: small frames from all over a clip, compared. */
import { createTimeline } from "./timeline.js";

const WIDTH = 160;
const HEIGHT = 90;
/** Levels of 255; less is nothing that an eye follows. */
const THRESHOLD = 3;
/** Uneven, so that nothing periodic hides between them. */
const POINTS = [0, 0.13, 0.29, 0.41, 0.59, 0.71, 0.83, 0.97];

/**
 * @param {{player: any, surface: import("./surface.js").Surface}} stage
 * @param {number} start
 * @param {number} duration in seconds
 * @param {number} rate frames a second
 */
export function findMotion({ player, surface }, start, duration, rate) {
  const timeline = createTimeline(player, surface, rate);
  const first = new Uint8Array(WIDTH * HEIGHT * 4);
  const other = new Uint8Array(first.length);
  const scratch = new Uint8Array(first.length);
  for (const point of POINTS) {
    timeline.draw(start + point * duration, WIDTH, HEIGHT);
    surface.read(point ? other : first, scratch);
    if (point && differ(first, other)) return true;
  }
  surface.check();
  return false;
}

function differ(one, other) {
  return one.some((value, at) => Math.abs(value - other[at]) > THRESHOLD);
}
