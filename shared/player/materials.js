/** Material textures: organic, wood and stone. They tile, and use only exact arithmetic. */
import { hash } from "./noise.js";

const smooth = (t) => t * t * (3 - 2 * t);
const mix = (a, b, t) => a + (b - a) * t;
const clamp = (x) => Math.min(1, Math.max(0, x));

/**
 * Value noise on a lattice of `cellsX` x `cellsY` that repeats.
 *
 * @returns {(u: number, v: number) => number} u and v from 0 to less than 1
 */
function noise(cellsX, cellsY, seed) {
  const values = new Float64Array(cellsX * cellsY);
  for (let at = 0; at < values.length; at++) values[at] = hash(at, seed) / 2 ** 32;
  return (u, v) => {
    const left = Math.floor(u * cellsX);
    const low = Math.floor(v * cellsY);
    const right = left + 1 < cellsX ? left + 1 : 0;
    const row = low * cellsX;
    const above = low + 1 < cellsY ? row + cellsX : 0;
    const s = smooth(u * cellsX - left);
    const t = smooth(v * cellsY - low);
    return mix(mix(values[row + left], values[row + right], s), mix(values[above + left], values[above + right], s), t);
  };
}

/** Octaves of noise, each twice as fine and half as strong; 0 to 1. */
function fractal(cells, octaves, seed) {
  const layers = Array.from({ length: octaves }, (_, octave) => noise(cells << octave, cells << octave, seed + octave));
  return (u, v) => {
    let sum = 0;
    let weight = 0.5;
    let total = 0;
    for (let octave = 0; octave < octaves; octave++) {
      sum += weight * layers[octave](u, v);
      total += weight;
      weight /= 2;
    }
    return sum / total;
  };
}

/**
 * Distances, in cells, to the nearest and the second nearest of scattered points.
 *
 * @returns {(u: number, v: number) => {first: number, second: number, id: number}} id: the nearest point's own random
 *   number, 0 to 1; the same object every time
 */
function cellular(cells, seed) {
  // With a margin of one cell, so that nothing has to wrap.
  const side = cells + 2;
  const [points, x, y] = [new Uint32Array(side * side), new Float64Array(side * side), new Float64Array(side * side)];
  for (let at = 0; at < points.length; at++) {
    const [i, j] = [(at % side) - 1, Math.floor(at / side) - 1];
    const point = hash(((j + cells) % cells) * cells + ((i + cells) % cells), seed);
    [points[at], x[at], y[at]] = [point, i + (point & 0xffff) / 65536, j + (point >>> 16) / 65536];
  }
  const found = { first: 9, second: 9, id: 0 };
  return (u, v) => {
    const corner = Math.floor(v * cells) * side + Math.floor(u * cells);
    let first = 9;
    let second = 9;
    let nearest = 0;
    for (let neighbour = 0; neighbour < 9; neighbour++) {
      const at = corner + (neighbour % 3) + side * Math.floor(neighbour / 3);
      const dx = x[at] - u * cells;
      const dy = y[at] - v * cells;
      const distance = Math.sqrt(dx * dx + dy * dy);
      if (distance < first) {
        second = first;
        first = distance;
        nearest = at;
      } else if (distance < second) {
        second = distance;
      }
    }
    found.first = first;
    found.second = second;
    found.id = hash(points[nearest], seed) / 2 ** 32;
    return found;
  };
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
  const [bends, cells, grain] = [fractal(4, 3, 101), cellular(9, 107), fractal(8, 4, 113)];
  return paint(size, (u, v) => {
    const bend = 0.06 * (bends(u, v) - 0.5);
    const { first, second, id } = cells((u + bend + 1) % 1, (v - bend + 1) % 1);
    const seam = clamp((second - first) * 2.2);
    const light = (0.25 + 0.75 * seam) * (0.55 + 0.6 * grain(u, v));
    return [light * mix(0.62, 0.86, id), light * mix(0.5, 0.68, id), light * mix(0.3, 0.36, id)];
  });
}

/** Boards of wood: rings stretched along u, pores, and a joint between boards. */
export function makeWood(size) {
  const boards = [0, 1, 2, 3].map((board) => noise(3, 8, 201 + board));
  const [bends, pores] = [fractal(4, 3, 211), noise(12, 256, 223)];
  return paint(size, (u, v) => {
    const board = Math.floor(v * 4);
    const ring = (v * 4 - board) * 5 + 3.5 * boards[board](u, v) + bends(u, v);
    const wave = Math.abs((ring % 1) * 2 - 1);
    const grain = 0.75 + 0.25 * pores(u, v);
    const joint = clamp(Math.min(v * 4 - board, board + 1 - v * 4) * 40);
    const light = grain * (0.35 + 0.65 * joint) * mix(0.85, 1.1, hash(board, 227) / 2 ** 32);
    const dark = smooth(wave) * 0.85;
    return [light * mix(0.72, 0.42, dark), light * mix(0.48, 0.24, dark), light * mix(0.28, 0.12, dark)];
  });
}

/** Grey stone: soft patches, fine grit, and a net of cracks. */
export function makeStone(size) {
  const [bends, cells, grit, tints] = [fractal(6, 4, 307), cellular(5, 311), fractal(4, 6, 313), noise(5, 5, 317)];
  return paint(size, (u, v) => {
    const bend = 0.09 * (bends(u, v) - 0.5);
    const { first, second, id } = cells((u + bend + 1) % 1, (v + bend + 1) % 1);
    const crack = 0.45 + 0.55 * clamp((second - first) * 9);
    const light = crack * (0.3 + 0.45 * grit(u, v) + 0.14 * id);
    const warm = 0.06 * (tints(u, v) - 0.5);
    return [light * (1.02 + warm), light, light * (0.95 - warm)];
  });
}
