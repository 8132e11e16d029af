/**
 * Our own textures, made by arithmetic: the same bytes on every machine, no files.
 */
import { makeBayer, makeBlueNoise, makeGreyNoise, makeRgbaNoise } from "./noise.js";
import { makeOrganic, makeStone, makeWood } from "./materials.js";

/**
 * @typedef {{width: number, height: number, channels: 1 | 4, bytes: Uint8Array}} Picture rows from v = 0 up
 *
 * @type {Record<string, () => Picture>}
 */
const MAKERS = {
  "grey-noise-256": () => makeGreyNoise(256, 11),
  "grey-noise-64": () => makeGreyNoise(64, 23),
  "rgba-noise-256": () => makeRgbaNoise(256, 37),
  "rgba-noise-64": () => makeRgbaNoise(64, 41),
  "blue-noise-256": () => makeBlueNoise(256, 53),
  "bayer-8": makeBayer,
  organic: () => makeOrganic(512),
  wood: () => makeWood(512),
  stone: () => makeStone(512),
};

/** Made once a page, however many players there are. @type {Map<string, Picture>} */
const pictures = new Map();

/**
 * @param {string} name one of the textures in shared/project/contract.json
 * @returns {Picture}
 */
export function makePicture(name) {
  if (!pictures.has(name)) pictures.set(name, MAKERS[name]());
  return pictures.get(name);
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {string} name
 * @param {{vflip: boolean, srgb: boolean}} options srgb: decoded to linear light when read (RGBA pictures only)
 * @returns {{texture: WebGLTexture, size: [number, number, number], float: false}} with mipmaps
 */
export function createTexture(gl, name, { vflip, srgb }) {
  const { width, height, channels, bytes } = makePicture(name);
  const texture = gl.createTexture();
  const colour = srgb ? gl.SRGB8_ALPHA8 : gl.RGBA8;
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.texStorage2D(gl.TEXTURE_2D, Math.log2(Math.max(width, height)) + 1, channels === 1 ? gl.R8 : colour, width, height);
  const rows = vflip ? flipRows(bytes, width * channels) : bytes;
  gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, channels === 1 ? gl.RED : gl.RGBA, gl.UNSIGNED_BYTE, rows);
  gl.generateMipmap(gl.TEXTURE_2D);
  return { texture, size: [width, height, 1], float: false };
}

function flipRows(bytes, stride) {
  const flipped = new Uint8Array(bytes.length);
  for (let from = 0, to = bytes.length - stride; to >= 0; from += stride, to -= stride) {
    flipped.set(bytes.subarray(from, from + stride), to);
  }
  return flipped;
}
