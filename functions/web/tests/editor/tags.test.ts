import { expect, it } from 'vitest';
import { parseTags } from '../../src/editor/tags';

it('reads tags as people type them', () => {
  expect(parseTags(' Noise, #2D,ray  marching,, noise ')).toEqual(['noise', '2d', 'ray-marching']);
  expect(parseTags('')).toEqual([]);
});
