import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../src/api/problem';
import type { ShaderCard, ShaderList } from '../../src/api/schema';
import { PagedList } from '../../src/cards/paged-list.svelte';

const page = (ids: string[], next: string | null): ShaderList => ({
  items: ids.map((id) => ({ id }) as ShaderCard),
  next,
});
const ids = (list: PagedList): string[] => list.items.map((item) => item.id);

describe('a paged list', () => {
  it('grows page by page to its end', async () => {
    const pages: Record<string, ShaderList> = { '': page(['a', 'b'], '2'), '2': page(['c'], null) };
    const load = vi.fn(async (cursor: string | null) => pages[cursor ?? ''] as ShaderList);
    const list = new PagedList(load);
    await list.loadMore();
    expect([ids(list), list.next]).toEqual([['a', 'b'], '2']);
    await list.loadMore();
    await list.loadMore();
    expect([ids(list), list.next]).toEqual([['a', 'b', 'c'], null]);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('asks once for calls that come together', async () => {
    const load = vi.fn(async () => page(['a'], 'x'));
    const list = new PagedList(load);
    await Promise.all([list.loadMore(), list.loadMore()]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('shows a shader once when the list moved between two pages', async () => {
    const answers = [page(['a', 'b'], '2'), page(['b', 'c'], null)];
    const list = new PagedList(async () => answers.shift() as ShaderList);
    await list.loadMore();
    await list.loadMore();
    expect(ids(list)).toEqual(['a', 'b', 'c']);
  });

  it('says what went wrong, and goes on from there', async () => {
    let away = true;
    const list = new PagedList(async () => {
      if (away) throw new ApiError(0);
      return page(['a'], null);
    });
    await list.loadMore();
    expect([list.loaded, list.loading, ids(list)]).toEqual([false, false, []]);
    expect(list.problem).toMatch(/cannot be reached/);
    away = false;
    await list.loadMore();
    expect([list.problem, ids(list)]).toEqual(['', ['a']]);
  });
});
