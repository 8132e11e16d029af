/** Small pictures that are looked at here and now: whether anything moves, and what there is to see. */

/** Levels of 255; less is nothing that an eye follows. */
const THRESHOLD = 3;
/** The same for a change from one picture to the next that may be part of a flash: a tenth of the light, where it is bright. */
const JUMP = 12;

/**
 * @param {import("./surface.js").Surface} surface
 * @param {import("./timeline.js").Timeline} timeline
 * @param {{times: number[], width: number, height: number, stop: boolean}} task stop: at the first that differs from the first
 * @returns {{frames: number, moves: boolean, contrasts: number[], jump: number}} frames drawn; contrast: standard deviation
 *   of luma, 0-255; jump: the largest share of pixels that differ clearly from those of the picture before
 */
export function look(surface, timeline, { times, width, height, stop }) {
  const first = new Uint8Array(width * height * 4);
  const others = [new Uint8Array(first.length), new Uint8Array(first.length)];
  const contrasts = [];
  let frames = 0;
  let moves = false;
  let jump = 0;
  let before = first;
  for (const time of times) {
    const pixels = contrasts.length ? others[contrasts.length % 2] : first;
    frames += timeline.draw(time, width, height);
    surface.readUpwards(pixels);
    contrasts.push(contrast(pixels));
    moves ||= pixels !== first && differ(first, pixels);
    jump = Math.max(jump, shareOfJumps(before, pixels));
    before = pixels;
    if (moves && stop) break;
  }
  surface.check();
  return { frames, moves, contrasts, jump };
}

function differ(one, other) {
  return one.some((value, at) => Math.abs(value - other[at]) > THRESHOLD);
}

function shareOfJumps(one, other) {
  let count = 0;
  for (let at = 0; at < one.length; at += 4) {
    if ([0, 1, 2].some((channel) => Math.abs(one[at + channel] - other[at + channel]) > JUMP)) count++;
  }
  return count / (one.length / 4);
}

function contrast(pixels) {
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const luma = 0.2126 * pixels[at] + 0.7152 * pixels[at + 1] + 0.0722 * pixels[at + 2];
    sum += luma;
    squares += luma * luma;
  }
  const count = pixels.length / 4;
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}
