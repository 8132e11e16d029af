/** Polite polling: asks for the renders that are still at work, slower the longer nothing changes, never in a hidden tab. */

import type { Render } from './api';

export const isWorking = (render: Render | null): boolean =>
  render !== null &&
  (render.status === 'queued' ||
    render.status === 'rendering' ||
    (render.status === 'ready' && render.preview === 'pending'));

export interface WatchOptions {
  /** Renders at work right now. */
  pending: () => string[];
  fetch: (id: string) => Promise<Render>;
  onRender: (render: Render) => void;
  firstMs?: number;
  slowestMs?: number;
  atOnce?: number;
}

/** The `size` ids after `from`, going round. */
export function turn(ids: string[], from: number, size: number): string[] {
  const some = Math.min(size, ids.length);
  return Array.from({ length: some }, (_, index) => ids[(from + index) % ids.length] as string);
}

export function watchRenders(options: WatchOptions): () => void {
  const { firstMs = 1200, slowestMs = 10_000, atOnce = 6 } = options;
  let delay = firstMs;
  let from = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function ask(id: string): Promise<string> {
    const render = await options.fetch(id);
    options.onRender(render);
    return `${render.status} ${render.preview} ${render.poster_url}`;
  }

  let known = new Map<string, string>();
  async function tick(): Promise<void> {
    const ids = document.hidden ? [] : options.pending();
    const asked = turn(ids, from, atOnce);
    from += asked.length;
    const answers = await Promise.allSettled(asked.map(ask));
    const next = new Map(known);
    answers.forEach((answer, index) => {
      if (answer.status === 'fulfilled') next.set(asked[index] as string, answer.value);
    });
    const changed = asked.some((id) => next.get(id) !== known.get(id));
    known = next;
    delay = changed || ids.length === 0 ? firstMs : Math.min(delay * 1.4, slowestMs);
    if (!stopped) timer = setTimeout(tick, delay);
  }

  timer = setTimeout(tick, firstMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
