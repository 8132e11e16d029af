/** What the channels of a pass read: buffers, textures, the keyboard, or nothing. */
import { createSamplers } from "./samplers.js";
import { createTexture } from "./textures.js";

const KEYBOARD_SIZE = [256, 3, 1];

/**
 * @typedef {import("./uniforms.js").Channel} Channel
 *
 * @param {WebGL2RenderingContext} gl
 */
export function createChannels(gl) {
  const samplers = createSamplers(gl);
  const textures = new Map();
  const keyboard = createSmall(gl, gl.R8, 256, 3);
  const nothing = createSmall(gl, gl.RGBA8, 1, 1, new Uint8Array([0, 0, 0, 255]));
  const empty = { texture: nothing, sampler: null, size: [0, 0, 0], loaded: false };
  let keys = null;

  const readers = {
    buffer: (input, targets) => {
      const target = targets.get(input.source);
      return target && { texture: target.texture, size: [target.width, target.height, 1], float: true };
    },
    texture: (input) => takeTexture(gl, textures, input),
    keyboard: () => ({ texture: keyboard, size: KEYBOARD_SIZE, float: false }),
  };

  return {
    /**
     * A buffer is read as its newest finished frame: for a pass that stands earlier in the
     * frame that is the current one, for itself or a later one the previous. A buffer that the
     * project does not have reads black, as a channel without an input does.
     *
     * @param {import("./project.js").Input[]} inputs
     * @returns {Channel[]} four of them
     */
    find(inputs, targets) {
      const channels = [empty, empty, empty, empty];
      for (const input of inputs) {
        const found = readers[input.kind](input, targets);
        if (!found) continue;
        const { texture, size, float } = found;
        channels[input.channel] = { texture, size, sampler: samplers.get(input.sampler, float), loaded: true };
      }
      return channels;
    },

    /** @param {Uint8Array | null} next 256 x 3 bytes: held, pressed in this frame, toggled */
    setKeyboard(next) {
      if (next === null && keys === null) return;
      keys = next;
      fill(gl, keyboard, gl.RED, 256, 3, next ?? new Uint8Array(256 * 3));
    },

    dispose() {
      samplers.dispose();
      for (const { texture } of textures.values()) gl.deleteTexture(texture);
      gl.deleteTexture(keyboard);
      gl.deleteTexture(nothing);
    },
  };
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
