/** Material textures: organic, wood and stone. They tile, and use only exact arithmetic. */
import { hash } from "./noise.js";

const smooth = (t) => t * t * (3 - 2 * t);
const mix = (a, b, t) => a + (b - a) * t;
const clamp = (x) => Math.min(1, Math.max(0, x));

/** Value noise on a lattice of `cellsX` x `cellsY` that repeats; u and v from 0 to 1. */
function noise(u, v, cellsX, cellsY, seed) {
  const [x, y] = [u * cellsX, v * cellsY];
  const [left, low] = [Math.floor(x), Math.floor(y)];
  const value = (i, j) => hash(((j + 4 * cellsY) % cellsY) * cellsX + ((i + 4 * cellsX) % cellsX), seed) / 2 ** 32;
  const [s, t] = [smooth(x - left), smooth(y - low)];
  return mix(mix(value(left, low), value(left + 1, low), s), mix(value(left, low + 1), value(left + 1, low + 1), s), t);
}

/** Octaves of noise, each twice as fine and half as strong; 0 to 1. */
function fractal(u, v, cells, octaves, seed) {
  let [sum, weight, total] = [0, 0.5, 0];
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * noise(u, v, cells << octave, cells << octave, seed + octave);
    total += weight;
    weight /= 2;
  }
  return sum / total;
}

/**
 * Distances, in cells, to the nearest and the second nearest of scattered points.
 *
 * @returns {[number, number, number]} and the nearest point's own random number, 0 to 1
 */
function cellular(u, v, cells, seed) {
  const [x, y] = [u * cells, v * cells];
  const [column, row] = [Math.floor(x), Math.floor(y)];
  let [first, second, id] = [9, 9, 0];
  for (let neighbour = 0; neighbour < 9; neighbour++) {
    const [i, j] = [column + (neighbour % 3) - 1, row + Math.floor(neighbour / 3) - 1];
    const point = hash(((j + cells) % cells) * cells + ((i + cells) % cells), seed);
    const [dx, dy] = [i + (point & 0xffff) / 65536 - x, j + (point >>> 16) / 65536 - y];
    const distance = Math.sqrt(dx * dx + dy * dy);
    if (distance < first) [second, first, id] = [first, distance, hash(point, seed) / 2 ** 32];
    else if (distance < second) second = distance;
  }
  return [first, second, id];
}

/** @returns {import("./textures.js").Picture} */
function paint(size, colour) {
  const bytes = new Uint8Array(size * size * 4);
  for (let texel = 0; texel < size * size; texel++) {
    const rgb = colour((texel % size) / size, Math.floor(texel / size) / size);
    for (let channel = 0; channel < 3; channel++) bytes[texel * 4 + channel] = clamp(rgb[channel]) * 255 + 0.5;
    bytes[texel * 4 + 3] = 255;
  }
  return { width: size, height: size, channels: 4, bytes };
}

/** Lichen-like cells: dark seams, warm hearts, fine grain. */
export function makeOrganic(size) {
  return paint(size, (u, v) => {
    const bend = 0.06 * (fractal(u, v, 4, 3, 101) - 0.5);
    const [first, second, id] = cellular((u + bend + 1) % 1, (v - bend + 1) % 1, 9, 107);
    const seam = clamp((second - first) * 2.2);
    const light = (0.25 + 0.75 * seam) * (0.55 + 0.6 * fractal(u, v, 8, 4, 113));
    return [light * mix(0.62, 0.86, id), light * mix(0.5, 0.68, id), light * mix(0.3, 0.36, id)];
  });
}

/** Boards of wood: rings stretched along u, pores, and a joint between boards. */
export function makeWood(size) {
  return paint(size, (u, v) => {
    const board = Math.floor(v * 4);
    const ring = (v * 4 - board) * 5 + 3.5 * noise(u, v, 3, 8, 201 + board) + fractal(u, v, 4, 3, 211);
    const wave = Math.abs((ring % 1) * 2 - 1);
    const grain = 0.75 + 0.25 * noise(u, v, 12, 256, 223);
    const joint = clamp(Math.min(v * 4 - board, board + 1 - v * 4) * 40);
    const light = grain * (0.35 + 0.65 * joint) * mix(0.85, 1.1, hash(board, 227) / 2 ** 32);
    const dark = smooth(wave) * 0.85;
    return [light * mix(0.72, 0.42, dark), light * mix(0.48, 0.24, dark), light * mix(0.28, 0.12, dark)];
  });
}

/** Grey stone: soft patches, fine grit, and a net of cracks. */
export function makeStone(size) {
  return paint(size, (u, v) => {
    const bend = 0.09 * (fractal(u, v, 6, 4, 307) - 0.5);
    const [first, second, id] = cellular((u + bend + 1) % 1, (v + bend + 1) % 1, 5, 311);
    const crack = 0.45 + 0.55 * clamp((second - first) * 9);
    const light = crack * (0.3 + 0.45 * fractal(u, v, 4, 6, 313) + 0.14 * id);
    const warm = 0.06 * (noise(u, v, 5, 5, 317) - 0.5);
    return [light * (1.02 + warm), light, light * (0.95 - warm)];
  });
}
