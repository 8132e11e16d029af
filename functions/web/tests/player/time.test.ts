import { expect, it } from 'vitest';
import { formatSeconds } from '../../src/player/time';

it('shows seconds to a hundredth', () => {
  expect(formatSeconds(1.006)).toBe('1.01');
});
