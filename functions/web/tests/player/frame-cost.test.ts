import { expect, it } from 'vitest';
import { scaleForFrameTime } from '../../src/player/frame-cost';

it('chooses a resolution by the cost of a frame', () => {
  expect([5, 70, 100, 400, 900, 2000, null].map((cost) => scaleForFrameTime(cost, 1000))).toEqual([
    1,
    0.75,
    0.5,
    0.33,
    0.25,
    null,
    null,
  ]);
});
