/** Draws small frames and compares them in the page: whether anything moves, jumps, or can be seen at all. */

/** Levels of 255; a smaller difference is not seen as motion. */
const THRESHOLD = 3;
/** Levels of 255 from one frame to the next that may be part of a flash: a tenth of the relative luminance, where it is bright. */
const JUMP = 12;

/**
 * Plain loops, since code that runs once stays in the interpreter, where closures are slow.
 *
 * @param {import("./surface.js").Surface} surface
 * @param {import("./timeline.js").Timeline} timeline
 * @param {{times: number[], width: number, height: number, stop?: boolean, contrast?: boolean, jump?: boolean}} task
 *   stop: after the first two where these differ; contrast, jump: whether these are computed
 * @returns {{frames: number, moves: boolean, contrasts: number[], jump: number}} frames drawn; contrasts: standard deviation
 *   of luma of each, 0-255; jump: the largest share of pixels that differ clearly from those of the picture before
 */
export function sampleFrames(surface, timeline, task) {
  const { times, width, height } = task;
  const seen = { frames: 0, moves: false, contrasts: [], jump: 0 };
  let first = null;
  let before = null;
  // Most shaders that move differ in the first two frames already.
  for (const part of task.stop ? [times.slice(0, 2), times.slice(2)] : [times]) {
    const all = new Uint8Array(part.length * width * height * 4);
    timeline.drawAll(part, width, height, all);
    seen.frames += part.length;
    for (let at = 0; at < part.length; at++) {
      const pixels = all.subarray(at * width * height * 4, (at + 1) * width * height * 4);
      first ??= pixels;
      if (task.contrast) seen.contrasts.push(contrast(pixels));
      if (task.jump && before) seen.jump = Math.max(seen.jump, countJumps(before, pixels) / (width * height));
      seen.moves ||= differ(first, pixels);
      before = pixels;
    }
    if (seen.moves) break;
  }
  surface.check();
  return seen;
}

function differ(one, other) {
  const words = new Uint32Array(one.buffer, one.byteOffset, one.length / 4);
  const otherWords = new Uint32Array(other.buffer, other.byteOffset, other.length / 4);
  for (let word = 0; word < words.length; word++) {
    if (words[word] === otherWords[word]) continue;
    for (let at = 4 * word; at < 4 * word + 4; at++) {
      const change = one[at] - other[at];
      if (change > THRESHOLD || change < -THRESHOLD) return true;
    }
  }
  return false;
}

function countJumps(one, other) {
  let count = 0;
  for (let at = 0; at < one.length; at += 4) {
    const red = one[at] - other[at];
    const green = one[at + 1] - other[at + 1];
    const blue = one[at + 2] - other[at + 2];
    if (red > JUMP || red < -JUMP || green > JUMP || green < -JUMP || blue > JUMP || blue < -JUMP) count++;
  }
  return count;
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
