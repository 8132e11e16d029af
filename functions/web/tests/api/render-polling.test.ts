import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isUnfinished, pollRenders, takeRoundRobin } from '../../src/api/render-polling';
import type { Render } from '../../src/api/schema';

const render = (id: string, status: Render['status'], preview: Render['preview'] = 'none'): Render => ({
  id,
  status,
  preview,
  errors: [],
  frames: [],
  clip: null,
  warnings: [],
});

it('knows a render that will change', () => {
  expect(isUnfinished(render('1', 'queued'))).toBe(true);
  expect(isUnfinished(render('1', 'rendering'))).toBe(true);
  expect(isUnfinished(render('1', 'ready', 'pending'))).toBe(true);
  expect(isUnfinished(render('1', 'ready', 'ready'))).toBe(false);
  expect(isUnfinished(render('1', 'failed', 'pending'))).toBe(false);
  expect(isUnfinished(null)).toBe(false);
});

it('takes turns', () => {
  expect(takeRoundRobin(['a', 'b', 'c'], 2, 2)).toEqual(['c', 'a']);
  expect(takeRoundRobin(['a'], 5, 3)).toEqual(['a']);
  expect(takeRoundRobin([], 1, 3)).toEqual([]);
});

describe('pollRenders', () => {
  const page = { hidden: false };
  beforeEach(() => {
    vi.useFakeTimers();
    page.hidden = false;
    vi.stubGlobal('document', page);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function watch(answer: () => Render, pending: () => string[] = () => ['1']) {
    const fetch = vi.fn(async () => answer());
    const seen: string[] = [];
    const stop = pollRenders({ fetch, pending, onRender: ({ status }) => seen.push(status), firstMs: 1000 });
    return { fetch, seen, stop };
  }

  it('asks until it is done', async () => {
    let status: Render['status'] = 'queued';
    const { fetch, seen, stop } = watch(
      () => render('1', status),
      () => (seen.at(-1) === 'ready' ? [] : ['1']),
    );
    await vi.advanceTimersByTimeAsync(1000);
    status = 'ready';
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen).toEqual(['queued', 'ready']);
    expect(fetch).toHaveBeenCalledTimes(2);
    stop();
  });

  it('slows down while nothing changes', async () => {
    const { fetch, stop } = watch(() => render('1', 'queued'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetch.mock.calls.length).toBeLessThan(15);
    stop();
  });

  it('asks nothing in a hidden tab, and nothing after its end', async () => {
    const { fetch, stop } = watch(() => render('1', 'queued'));
    page.hidden = true;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(fetch).not.toHaveBeenCalled();
    page.hidden = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(fetch).toHaveBeenCalledTimes(1);
    stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('survives a refused request', async () => {
    let fails = true;
    const { seen, stop } = watch(() => {
      if (fails) throw new Error('away');
      return render('1', 'ready');
    });
    await vi.advanceTimersByTimeAsync(1000);
    fails = false;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(seen[0]).toBe('ready');
    stop();
  });
});
