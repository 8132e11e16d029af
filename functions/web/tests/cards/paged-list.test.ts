import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../src/api/problem';
import type { Render, ShaderCard, ShaderList } from '../../src/api/schema';
import { call } from '../../src/api/session.svelte';
import { PagedList } from '../../src/cards/paged-list.svelte';

vi.mock('../../src/api/session.svelte', () => ({ call: vi.fn() }));

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

describe('a wish to publish in a list', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is looked at until it is decided, though its render has ended and a request fails', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('document', { hidden: false });
    const render = { id: '1', status: 'ready', preview: 'none' } as Render;
    vi.mocked(call).mockResolvedValue(render as never);
    const waiting = { id: 'a', status: 'draft', render, publication: { status: 'waiting' } } as ShaderCard;
    const reload = vi
      .fn(async () => ({ ...waiting, status: 'published', publication: null }) as ShaderCard)
      .mockRejectedValueOnce(new ApiError(0));
    const list = new PagedList(async () => ({ items: [waiting], next: null }), reload);
    await list.loadMore();
    const stop = list.pollRenders();
    await vi.advanceTimersByTimeAsync(30_000);
    stop();
    expect([list.items[0]?.status, list.items[0]?.publication]).toEqual(['published', null]);
    expect(reload).toHaveBeenCalledTimes(2);
  });
});
