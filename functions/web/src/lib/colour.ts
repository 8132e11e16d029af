/** Colours between the shader's numbers, 0 to 1 each, and the browser's #rrggbb. */

const part = (value: number): string =>
  Math.round(Math.min(1, Math.max(0, value)) * 255)
    .toString(16)
    .padStart(2, '0');

export const asHex = (rgba: readonly number[]): string =>
  `#${[0, 1, 2].map((at) => part(rgba[at] ?? 0)).join('')}`;

export function fromHex(hex: string, alpha = 1): number[] {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  return [...parts, alpha];
}
