import { describe, expect, it } from 'vitest';
import { dropIntent, hasIntent, keepIntent, takeIntent } from '../../src/navigation/intent';

function storage(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  } as unknown as Storage;
}

describe('what was wanted before signing in', () => {
  it('is carried out once, on the same shader', () => {
    const kept = storage();
    keepIntent({ action: 'vote', shader: 'a', value: -1 }, kept);
    expect(hasIntent(kept)).toBe(true);
    expect(takeIntent('fork', 'a', kept)).toBeNull();
    expect(takeIntent('vote', 'b', kept)).toBeNull();
    expect(takeIntent('vote', 'a', kept)?.value).toBe(-1);
    expect(takeIntent('vote', 'a', kept)).toBeNull();
  });

  it('is forgotten after half an hour', () => {
    const kept = storage();
    keepIntent({ action: 'fork', shader: 'a' }, kept, 0);
    expect(hasIntent(kept, 29 * 60_000)).toBe(true);
    expect(hasIntent(kept, 31 * 60_000)).toBe(false);
    expect(takeIntent('fork', 'a', kept, 31 * 60_000)).toBeNull();
  });

  it('is forgotten when somebody thinks better of it', () => {
    const kept = storage();
    keepIntent({ action: 'fork', shader: 'a' }, kept);
    dropIntent(kept);
    expect(hasIntent(kept)).toBe(false);
  });

  it('may be of a shader that is not saved yet', () => {
    const kept = storage();
    keepIntent({ action: 'save', shader: null, status: 'published' }, kept);
    expect(takeIntent('save', null, kept)?.status).toBe('published');
  });

  it('does not mind what else stands there', () => {
    const kept = storage();
    kept.setItem('fractafrag.intent', '{nonsense');
    expect(takeIntent('fork', 'a', kept)).toBeNull();
  });
});
