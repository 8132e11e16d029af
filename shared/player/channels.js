/** What the channels of a pass read: buffers, textures, the keyboard, or nothing. */
import { createSamplers } from "./samplers.js";
import { createTexture } from "./textures.js";

const KEYBOARD_SIZE = [256, 3, 1];

/** @typedef {import("./uniforms.js").Channel} Channel */

export class Channels {
  #gl;
  #samplers;
  #textures = new Map();
  #keyboard;
  #nothing;
  #keys = null;

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.#gl = gl;
    this.#samplers = createSamplers(gl);
    this.#keyboard = createSmall(gl, gl.R8, 256, 3);
    this.#nothing = createSmall(gl, gl.RGBA8, 1, 1, new Uint8Array([0, 0, 0, 255]));
  }

  /**
   * A buffer is read as its newest finished frame: for a pass that stands earlier in the
   * frame that is the current one, for itself or a later one the previous. A buffer that the
   * project does not have reads black, as a channel without an input does.
   *
   * @param {import("./project.js").Input[]} inputs
   * @param {Map<string, import("./targets.js").Target>} targets
   * @returns {Channel[]} four of them
   */
  find(inputs, targets) {
    const empty = { texture: this.#nothing, sampler: null, size: [0, 0, 0], loaded: false };
    const channels = [empty, empty, empty, empty];
    for (const input of inputs) {
      const source = this.#read(input, targets);
      if (!source) continue;
      const { texture, size, float } = source;
      channels[input.channel] = { texture, size, sampler: this.#samplers.get(input.sampler, float), loaded: true };
    }
    return channels;
  }

  #read(input, targets) {
    if (input.kind === "texture") return takeTexture(this.#gl, this.#textures, input);
    if (input.kind === "keyboard") return { texture: this.#keyboard, size: KEYBOARD_SIZE, float: false };
    const target = targets.get(input.source);
    return target && { texture: target.texture, size: [target.width, target.height, 1], float: true };
  }

  /** @param {Uint8Array | null} next 256 x 3 bytes: held, pressed in this frame, toggled */
  setKeyboard(next) {
    if (next === null && this.#keys === null) return;
    this.#keys = next;
    fill(this.#gl, this.#keyboard, this.#gl.RED, 256, 3, next ?? new Uint8Array(256 * 3));
  }

  dispose() {
    this.#samplers.dispose();
    for (const { texture } of this.#textures.values()) this.#gl.deleteTexture(texture);
    this.#gl.deleteTexture(this.#keyboard);
    this.#gl.deleteTexture(this.#nothing);
  }
}

function takeTexture(gl, textures, { source, sampler }) {
  const key = `${source} ${sampler.vflip} ${sampler.srgb}`;
  if (!textures.has(key)) textures.set(key, createTexture(gl, source, sampler));
  return textures.get(key);
}

function createSmall(gl, format, width, height, bytes = null) {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texStorage2D(gl.TEXTURE_2D, 1, format, width, height);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  if (bytes) fill(gl, texture, gl.RGBA, width, height, bytes);
  return texture;
}

function fill(gl, texture, format, width, height, bytes) {
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, format, gl.UNSIGNED_BYTE, bytes);
}
