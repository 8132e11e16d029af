/** Whether anything moves: small frames from all over a clip, compared. */
import { createTimeline } from "./timeline.js";

/** Falling; what is slow to draw is looked at less closely. */
const SIZES = [[160, 90], [82, 46], [36, 20]];
/** Levels of 255; less is nothing that an eye follows. */
const THRESHOLD = 3;
/** Uneven, so that nothing periodic hides between them. */
const POINTS = [0, 0.13, 0.29, 0.41, 0.59, 0.71, 0.83, 0.97];
/** Part of the time left that looking may take. */
const SHARE = 0.1;

/**
 * @param {{player: any, surface: import("./surface.js").Surface, clock: any}} stage
 * @param {{start: number, duration: number, fps: number}} span times in seconds
 * @param {number} cost of drawing, in ms a pixel
 */
export function findMotion({ player, surface, clock }, { start, duration, fps }, cost) {
  const frames = player.uses.buffers ? (start + duration) * fps : POINTS.length;
  const size = SIZES.find(([width, height]) => width * height * frames * cost < SHARE * clock.left());
  if (!size) return player.uses.time;
  const [width, height] = size;
  const timeline = createTimeline(player, surface, fps);
  const first = new Uint8Array(width * height * 4);
  const other = new Uint8Array(first.length);
  const scratch = new Uint8Array(first.length);
  for (const point of POINTS) {
    timeline.draw(start + point * duration, width, height);
    surface.read(point ? other : first, scratch);
    if (point && differ(first, other)) return true;
  }
  surface.check();
  return false;
}

function differ(one, other) {
  return one.some((value, at) => Math.abs(value - other[at]) > THRESHOLD);
}
