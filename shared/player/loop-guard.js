/**
 * Tells whether a driver ended loops of a pass. Some versions of llvmpipe end all loops of a pixel, each after the iteration
 * that it is in, once they have iterated 65,535 times together. So a guarded pass ends with a loop of three iterations,
 * and where that had fewer the pixel is marked. Other drivers let it have all three.
 */

const TURNS = 3;
/** Alpha of an image's pixel that is cut short: no other pixel has it. As bytes, rounded up or down. */
const CUT_ALPHA = 0.5;
const CUT_BYTES = [127, 128];
/** The bits of a NaN that nothing else makes. */
const CUT_BITS = 0x7fc0cafe;

const MARKS = {
  image: `ff_color.a = ${CUT_ALPHA};`,
  buffer: `ff_color = vec4(uintBitsToFloat(${CUT_BITS}u + uint(min(iFrame, 0))));`,
};

/**
 * @param {"image" | "buffer"} type
 * @returns {string} statements for the end of main. The number of turns is no constant, so that they stay a loop.
 */
export function guard(type) {
  return (
    `int ff_turns = 0; for (int ff_turn = 0; ff_turn < ${TURNS} + min(iFrame, 0); ff_turn++) ff_turns++; ` +
    `if (ff_turns < ${TURNS}) { ${MARKS[type]} }`
  );
}

/** @param {Uint8Array} pixels of an image, RGBA */
export function isImageCut(pixels) {
  for (let at = 3; at < pixels.length; at += 4) if (CUT_BYTES.includes(pixels[at])) return true;
  return false;
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {import("./targets.js").Target} target a buffer
 * @returns {boolean} whether a pixel of its newest frame is cut short
 */
export function isBufferCut(gl, target) {
  const pixels = new Float32Array(target.width * target.height * 4);
  gl.bindFramebuffer(gl.READ_FRAMEBUFFER, target.front);
  gl.readPixels(0, 0, target.width, target.height, gl.RGBA, gl.FLOAT, pixels);
  gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
  return new Uint32Array(pixels.buffer).includes(CUT_BITS);
}
