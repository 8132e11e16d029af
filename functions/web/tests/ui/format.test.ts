import { expect, it } from 'vitest';
import { compactNumber, timeAgo } from '../../src/ui/format';

it('says dates as people do', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  expect(timeAgo('2026-03-01T11:59:40Z', now)).toBe('just now');
  expect(timeAgo('2026-03-01T11:00:00Z', now)).toBe('1 hour ago');
  expect(timeAgo('2026-02-28T12:00:00Z', now)).toBe('yesterday');
  expect(timeAgo('2024-03-01T12:00:00Z', now)).toBe('2 years ago');
  expect(compactNumber(1234)).toBe('1.2K');
});
