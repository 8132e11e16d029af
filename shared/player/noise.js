/** Noise textures: white (grey and RGBA), blue, and the Bayer matrix. */

/**
 * A small counter-based hash (Weyl sequence and the murmur3 finaliser).
 *
 * @param {number} index
 * @param {number} seed
 * @returns {number} an unsigned 32-bit integer
 */
export function hash(index, seed) {
  let bits = (Math.imul(index, 0x9e3779b1) + Math.imul(seed, 0x85ebca77)) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Every byte value equally often, in an order of its own: mean and variance are exact. */
function shuffledBytes(count, seed) {
  const bytes = Uint8Array.from({ length: count }, (_, at) => (at * 256) / count);
  for (let at = count - 1; at > 0; at--) {
    const other = hash(at, seed) % (at + 1);
    [bytes[at], bytes[other]] = [bytes[other], bytes[at]];
  }
  return bytes;
}

/** @returns {import("./textures.js").Picture} */
export function makeGreyNoise(size, seed) {
  return { width: size, height: size, channels: 1, bytes: shuffledBytes(size * size, seed) };
}

/**
 * RGBA noise whose green is red shifted by (37, 17), blue is green shifted likewise, and
 * alpha blue: `.yx` at `p.xy + vec2(37, 17) * p.z` is 3D noise between two slices of z.
 *
 * @returns {import("./textures.js").Picture}
 */
export function makeRgbaNoise(size, seed) {
  const red = shuffledBytes(size * size, seed);
  const bytes = new Uint8Array(size * size * 4);
  for (let at = 0; at < bytes.length; at++) {
    const [texel, slice] = [at >> 2, at & 3];
    const x = (texel + size * 4 - 37 * slice) % size;
    const y = (Math.floor(texel / size) + size * 4 - 17 * slice) % size;
    bytes[at] = red[y * size + x];
  }
  return { width: size, height: size, channels: 4, bytes };
}

/**
 * Blue noise by repeated high-pass filtering and histogram equalisation: neighbours
 * differ strongly, values are uniform, and it tiles. All four channels are shifted copies.
 *
 * @returns {import("./textures.js").Picture}
 */
export function makeBlueNoise(size, seed) {
  let values = Float64Array.from({ length: size * size }, (_, at) => hash(at, seed) / 2 ** 32);
  for (let turn = 0; turn < 5; turn++) values = equalise(highPass(values, size));
  const bytes = new Uint8Array(size * size * 4);
  for (let at = 0; at < bytes.length; at++) {
    const [texel, channel] = [at >> 2, at & 3];
    const x = (texel + channel * 89) % size;
    const y = (Math.floor(texel / size) + channel * 151) % size;
    bytes[at] = values[y * size + x] * 256;
  }
  return { width: size, height: size, channels: 4, bytes };
}

const BLUR = [0.06, 0.24, 0.4, 0.24, 0.06];

/** Each value less the Gaussian mean around it. */
function highPass(values, size) {
  const low = blur(blur(values, size, 1, 0), size, 0, 1);
  return values.map((value, at) => value - low[at]);
}

function blur(values, size, dx, dy) {
  const blurred = new Float64Array(values.length);
  for (let tap = -2; tap <= 2; tap++) {
    const weight = BLUR[tap + 2];
    for (let y = 0; y < size; y++) {
      const row = ((y + tap * dy + size) % size) * size;
      const shift = (tap * dx + size) % size;
      for (let x = 0; x < size; x++) {
        const u = x + shift;
        blurred[y * size + x] += weight * values[row + (u < size ? u : u - size)];
      }
    }
  }
  return blurred;
}

/** Ranks in place of values, spread over 0 to 1; numbers sort faster than with a comparison. */
function equalise(values) {
  const count = values.length;
  const keys = values.map((value, at) => Math.floor((value + 1) * 2 ** 30) * count + at).sort();
  const ranks = new Float64Array(count);
  keys.forEach((key, rank) => {
    ranks[key % count] = rank / count;
  });
  return ranks;
}

/**
 * The 8 x 8 ordered dither matrix: bits of x ^ y and y, interleaved and reversed.
 *
 * @returns {import("./textures.js").Picture}
 */
export function makeBayer() {
  const bytes = Uint8Array.from({ length: 64 }, (_, at) => {
    const [x, y] = [at & 7, at >> 3];
    let rank = 0;
    for (let bit = 0; bit < 3; bit++) {
      rank |= ((((x ^ y) >> bit) & 1) << (5 - 2 * bit)) | (((y >> bit) & 1) << (4 - 2 * bit));
    }
    return rank * 4 + 2;
  });
  return { width: 8, height: 8, channels: 1, bytes };
}
