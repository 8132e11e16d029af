import { expect, it } from 'vitest';
import type { Shader } from '../src/lib/api';
import { asHex, fromHex } from '../src/lib/colour';
import { flashes, isHeavy } from '../src/lib/facets';
import { ago, clock, count } from '../src/lib/format';
import { scaleFor } from '../src/lib/frame';
import { castVote } from '../src/lib/votes';

it('says dates as people do', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  expect(ago('2026-03-01T11:59:40Z', now)).toBe('just now');
  expect(ago('2026-03-01T11:00:00Z', now)).toBe('1 hour ago');
  expect(ago('2026-02-28T12:00:00Z', now)).toBe('yesterday');
  expect(ago('2024-03-01T12:00:00Z', now)).toBe('2 years ago');
  expect([clock(1.006), count(1234)]).toEqual(['1.01', '1.2K']);
});

it('turns colours to and fro', () => {
  expect(asHex([1, 0.5, 0, 0.3])).toBe('#ff8000');
  expect(asHex([2, -1])).toBe('#ff0000');
  expect(asHex(fromHex('#13579b'))).toBe('#13579b');
  expect(fromHex('#ffffff', 0.5)[3]).toBe(0.5);
});

it('chooses a resolution by the cost of a frame', () => {
  expect([5, 70, 100, 400, 900, 2000, null].map((cost) => scaleFor(cost, 1000))).toEqual([
    1,
    0.75,
    0.5,
    0.33,
    0.25,
    null,
    null,
  ]);
});

it('counts a vote, another vote and none', () => {
  const shader = { votes: { up: 3, down: 1 } } as Shader;
  const up = castVote(shader, 1);
  expect(up).toMatchObject({ votes: { up: 4, down: 1 }, my_vote: 1 });
  expect(castVote(up, -1)).toMatchObject({ votes: { up: 3, down: 2 }, my_vote: -1 });
  expect(castVote(up, 0)).toMatchObject({ votes: { up: 3, down: 1 }, my_vote: 0 });
});

it('knows what flashes', () => {
  const render = { id: '1', status: 'ready' as const };
  expect(flashes(null)).toBe(false);
  expect(flashes(render)).toBe(false);
  expect(flashes({ ...render, facets: { flashing: 'none' } })).toBe(false);
  expect(flashes({ ...render, facets: { flashing: 'red' } })).toBe(true);
});

it('knows what is heavy', () => {
  const render = { id: '1', status: 'ready' as const };
  expect([isHeavy(null), isHeavy(render)]).toEqual([false, false]);
  expect(isHeavy({ ...render, facets: { weight: 'medium' } })).toBe(false);
  expect(isHeavy({ ...render, facets: { weight: 'heavy' } })).toBe(true);
});
