/** Small pictures that are looked at here and now: whether anything moves, what there is to see, what is no number. */

/** Levels of 255; less is nothing that an eye follows. */
const THRESHOLD = 3;

/**
 * @param {import("./surface.js").Surface} surface
 * @param {import("./timeline.js").Timeline} timeline
 * @param {{times: number[], width: number, height: number, stop: boolean}} task stop: at the first that differs from the first
 * @returns {{frames: number, moves: boolean, contrasts: number[]}} frames drawn; contrast: standard deviation of luma, 0-255
 */
export function look(surface, timeline, { times, width, height, stop }) {
  const first = new Uint8Array(width * height * 4);
  const other = new Uint8Array(first.length);
  const contrasts = [];
  let frames = 0;
  let moves = false;
  for (const time of times) {
    const pixels = contrasts.length ? other : first;
    frames += timeline.draw(time, width, height);
    surface.readUpwards(pixels);
    contrasts.push(contrast(pixels));
    moves ||= pixels !== first && differ(first, pixels);
    if (moves && stop) break;
  }
  surface.check();
  return { frames, moves, contrasts };
}

function differ(one, other) {
  return one.some((value, at) => Math.abs(value - other[at]) > THRESHOLD);
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

/**
 * The share of pixels, 0-1, whose colour is not a finite number: other devices show other colours there.
 *
 * @param {WebGL2RenderingContext} gl
 * @param {any} player that has drawn
 * @param {{time: number, frame: number, width: number, height: number}} moment
 */
export function findNonFinite(gl, player, moment) {
  const { width, height } = moment;
  const { framebuffer, texture } = createFloats(gl, width, height);
  player.draw({ ...moment, framebuffer });
  const values = new Float32Array(width * height * 4);
  gl.bindFramebuffer(gl.READ_FRAMEBUFFER, framebuffer);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.FLOAT, values);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.deleteFramebuffer(framebuffer);
  gl.deleteTexture(texture);
  let count = 0;
  for (let at = 0; at < values.length; at += 4) {
    count += Number.isFinite(values[at] + values[at + 1] + values[at + 2]) ? 0 : 1;
  }
  return count / (width * height);
}

function createFloats(gl, width, height) {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA32F, width, height);
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  return { framebuffer, texture };
}
