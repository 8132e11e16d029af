/** Converts colours between a shader's numbers (RGBA, 0 to 1) and #rrggbb. */

const hexPair = (value: number): string =>
  Math.round(Math.min(1, Math.max(0, value)) * 255)
    .toString(16)
    .padStart(2, '0');

export const toHex = (rgba: readonly number[]): string =>
  `#${[0, 1, 2].map((at) => hexPair(rgba[at] ?? 0)).join('')}`;

export function fromHex(hex: string, alpha = 1): number[] {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  return [...parts, alpha];
}
