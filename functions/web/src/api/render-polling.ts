/** Polls renders until they are finished: with a growing delay while nothing changes, and never in a hidden tab. */

import type { Render, Shader } from './schema';
import { call } from './session.svelte';

export const isUnfinished = (render: Render | null): boolean =>
  render !== null &&
  (render.status === 'queued' ||
    render.status === 'rendering' ||
    (render.status === 'ready' && render.preview === 'pending'));

/** Whether it is known whether there is a picture. */
export const isSettled = (render: Render): boolean => render.status === 'ready' || render.status === 'failed';

/** Whether a wish to publish is not decided yet, as far as the page knows: its render may have ended already. */
export const isWaiting = (publication: Shader['publication']): boolean => publication?.status === 'waiting';

export interface PollOptions {
  /** Ids of the renders to look at again. */
  pending: () => string[];
  onRender: (render: Render) => void;
  fetch?: (id: string) => Promise<Render>;
  firstMs?: number;
  slowestMs?: number;
  /** Requests in one round. */
  batchSize?: number;
}

const fetchRender = (render: string): Promise<Render> =>
  call('get', '/renders/{render}', { path: { render } });

/** `size` ids from index `from` on, starting again after the last. */
export function takeRoundRobin(ids: string[], from: number, size: number): string[] {
  const some = Math.min(size, ids.length);
  return Array.from({ length: some }, (_, index) => ids[(from + index) % ids.length] as string);
}

/** Polls until the returned function is called. */
export function pollRenders(options: PollOptions): () => void {
  const poller = new Poller(options);
  return () => poller.stop();
}

class Poller {
  readonly #options: Required<PollOptions>;
  #delay: number;
  #from = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  /** Render id -> what its last answer said. */
  #seen = new Map<string, string>();

  constructor(options: PollOptions) {
    this.#options = { fetch: fetchRender, firstMs: 1200, slowestMs: 10_000, batchSize: 6, ...options };
    this.#delay = this.#options.firstMs;
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#poll(), this.#delay);
  }

  async #poll(): Promise<void> {
    const { pending, batchSize, firstMs, slowestMs } = this.#options;
    const ids = document.hidden ? [] : pending();
    const batch = takeRoundRobin(ids, this.#from, batchSize);
    this.#from += batch.length;
    // A request that failed counts as no change.
    const changes = await Promise.all(batch.map((id) => this.#fetch(id).catch(() => false)));
    this.#delay =
      changes.includes(true) || ids.length === 0 ? firstMs : Math.min(this.#delay * 1.4, slowestMs);
    this.#schedule();
  }

  /** Fetches one render; true when it is not as it was. */
  async #fetch(id: string): Promise<boolean> {
    const render = await this.#options.fetch(id);
    this.#options.onRender(render);
    const now = `${render.status} ${render.preview} ${render.poster_url}`;
    const changed = this.#seen.get(id) !== now;
    this.#seen.set(id, now);
    return changed;
  }
}
