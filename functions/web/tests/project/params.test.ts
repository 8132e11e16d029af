import { expect, it } from 'vitest';
import type { Param } from '../../src/api/schema';
import { addParam } from '../../src/editor/param-edits';
import { defaultsOf, hasRange, rangeOf } from '../../src/project/params';

const speed: Param = { name: 'speed', type: 'float', label: 'Speed', default: 2, min: 0, max: 4 };

it('says the defaults and ranges of params', () => {
  expect(defaultsOf(addParam([speed]))).toEqual({ speed: 2, param2: 0.5 });
  expect(defaultsOf([{ name: 'on', type: 'bool' }])).toEqual({ on: false });
  expect(rangeOf({ name: 'p', type: 'point2d', min: [-1, -2], max: [1, 2] }, 1)).toEqual([-2, 2]);
  expect(rangeOf({ name: 'n', type: 'int', default: 1 })).toEqual([0, 10]);
  expect([speed, { ...speed, type: 'bool' as const }].map(hasRange)).toEqual([true, false]);
});
