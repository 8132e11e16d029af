import { expect, it } from 'vitest';
import { isFlashing, isHeavy } from '../../src/api/facets';
import type { Render } from '../../src/api/schema';

const render: Render = {
  id: '1',
  status: 'ready',
  preview: 'none',
  errors: [],
  frames: [],
  clip: null,
  warnings: [],
};

it('knows what flashes', () => {
  expect(isFlashing(null)).toBe(false);
  expect(isFlashing(render)).toBe(false);
  expect(isFlashing({ ...render, facets: { flashing: 'none' } })).toBe(false);
  expect(isFlashing({ ...render, facets: { flashing: 'red' } })).toBe(true);
});

it('knows what is heavy', () => {
  expect([isHeavy(null), isHeavy(render)]).toEqual([false, false]);
  expect(isHeavy({ ...render, facets: { weight: 'medium' } })).toBe(false);
  expect(isHeavy({ ...render, facets: { weight: 'heavy' } })).toBe(true);
});
