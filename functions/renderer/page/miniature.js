/** Frames made tiny, as the service wants to see them for flashes and motion: the light of each cell, averaged. */

const WIDTH = 64;
const HEIGHT = 36;
/** Pixels looked at in a cell, at most, by and by in each direction. */
const TAPS = 4;
/** Levels of light that are told apart on the way back to sRGB. */
const LEVELS = 4096;

/** sRGB to light, both 0-1: averages of sRGB itself are too dark. */
const LIGHT = Float32Array.from({ length: 256 }, (_, at) => toLight(at / 255));
const LEVEL = Uint8Array.from({ length: LEVELS }, (_, at) => Math.round(255 * toLevel(at / (LEVELS - 1))));

/**
 * @param {number} width @param {number} height of the frames, in pixels
 * @param {number} frames how many at most
 */
export function createMiniatures(width, height, frames) {
  const size = WIDTH * HEIGHT * 3;
  const all = new Uint8Array(frames * size);
  const offsets = findOffsets(width, height);
  let at = 0;

  return {
    /** @param {Uint8Array} pixels RGBX rows */
    add(pixels) {
      shrink(pixels, offsets, all.subarray(at, at + size));
      at += size;
    },

    /** @returns {Blob} 64 x 36 cells of three bytes, sRGB, frame by frame */
    finish() {
      return new Blob([all.subarray(0, at)]);
    },
  };
}

function shrink(pixels, offsets, into) {
  const taps = offsets.length / (WIDTH * HEIGHT);
  const scale = (LEVELS - 1) / taps;
  for (let cell = 0, at = 0; at < offsets.length; cell += 3) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let tap = 0; tap < taps; tap++, at++) {
      const pixel = offsets[at];
      red += LIGHT[pixels[pixel]];
      green += LIGHT[pixels[pixel + 1]];
      blue += LIGHT[pixels[pixel + 2]];
    }
    into[cell] = LEVEL[(red * scale + 0.5) | 0];
    into[cell + 1] = LEVEL[(green * scale + 0.5) | 0];
    into[cell + 2] = LEVEL[(blue * scale + 0.5) | 0];
  }
}

/** Where the pixels of each cell are. Every other row is moved by one, so that a fine chequerboard stays grey. */
function findOffsets(width, height) {
  const columns = Math.min(TAPS, Math.ceil(width / WIDTH));
  const rows = Math.min(TAPS, Math.ceil(height / HEIGHT));
  const offsets = [];
  for (let cell = 0; cell < WIDTH * HEIGHT; cell++) {
    const left = cell % WIDTH;
    const top = Math.floor(cell / WIDTH);
    for (let tap = 0; tap < columns * rows; tap++) {
      const row = Math.floor(tap / columns);
      const y = Math.floor(((top + (row + 0.5) / rows) * height) / HEIGHT);
      const x = Math.floor(((left + ((tap % columns) + 0.5) / columns) * width) / WIDTH) + (row % 2);
      offsets.push(4 * (y * width + Math.min(x, width - 1)));
    }
  }
  return Uint32Array.from(offsets);
}

function toLight(value) {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function toLevel(light) {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}
