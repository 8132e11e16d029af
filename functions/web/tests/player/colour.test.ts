import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/player/colour';

it('turns colours to and fro', () => {
  expect(toHex([1, 0.5, 0, 0.3])).toBe('#ff8000');
  expect(toHex([2, -1])).toBe('#ff0000');
  expect(toHex(fromHex('#13579b'))).toBe('#13579b');
  expect(fromHex('#ffffff', 0.5)[3]).toBe(0.5);
});
