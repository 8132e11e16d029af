import { describe, expect, it, vi } from 'vitest';
import type { List, ShaderItem } from '../src/lib/api';
import { Feed } from '../src/lib/feed.svelte';
import { ApiError } from '../src/lib/problem';

const page = (ids: string[], next: string | null): List<ShaderItem> => ({
  items: ids.map((id) => ({ id }) as ShaderItem),
  next,
});
const ids = (feed: Feed): string[] => feed.items.map((item) => item.id);

describe('a feed', () => {
  it('grows page by page to its end', async () => {
    const pages: Record<string, List<ShaderItem>> = { '': page(['a', 'b'], '2'), '2': page(['c'], null) };
    const load = vi.fn(async (cursor: string | null) => pages[cursor ?? ''] as List<ShaderItem>);
    const feed = new Feed(load);
    await feed.more();
    expect([ids(feed), feed.next]).toEqual([['a', 'b'], '2']);
    await feed.more();
    await feed.more();
    expect([ids(feed), feed.next]).toEqual([['a', 'b', 'c'], null]);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('asks once for calls that come together', async () => {
    const load = vi.fn(async () => page(['a'], 'x'));
    const feed = new Feed(load);
    await Promise.all([feed.more(), feed.more()]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('shows a shader once when the list moved between two pages', async () => {
    const answers = [page(['a', 'b'], '2'), page(['b', 'c'], null)];
    const feed = new Feed(async () => answers.shift() as List<ShaderItem>);
    await feed.more();
    await feed.more();
    expect(ids(feed)).toEqual(['a', 'b', 'c']);
  });

  it('says what went wrong, and goes on from there', async () => {
    let away = true;
    const feed = new Feed(async () => {
      if (away) throw new ApiError(0);
      return page(['a'], null);
    });
    await feed.more();
    expect([feed.started, feed.loading, ids(feed)]).toEqual([false, false, []]);
    expect(feed.problem).toMatch(/cannot be reached/);
    away = false;
    await feed.more();
    expect([feed.problem, ids(feed)]).toEqual(['', ['a']]);
  });
});
