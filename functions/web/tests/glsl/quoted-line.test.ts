import { expect, it } from 'vitest';
import { splitAtColumn } from '../../src/glsl/quoted-line';

it.each([
  ['    c = vec4(missing);', 14, ['c = vec4(', 'missing', ');']],
  ['c = a @ b;', 7, ['c = a ', '@', ' b;']],
  ['    c = 1;', null, ['c = 1;', '', '']],
  ['c = 1;', 99, ['c = 1;', '', '']],
])('%s', (source, column, expected) => {
  const { before, at, after } = splitAtColumn(source, column);
  expect([before, at, after]).toEqual(expected);
});

it('marks the middle of a line that was shortened at both ends', () => {
  const source = `…${'+'.repeat(99)}word${'-'.repeat(97)}…`;
  expect(splitAtColumn(source, 500)).toMatchObject({ at: 'word' });
  expect(splitAtColumn(source.slice(0, -1), 500)).toMatchObject({ at: '' });
});
