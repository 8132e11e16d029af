/** A list of shaders that loads page by page and polls the renders in it that are unfinished. */

import { explain } from '../api/problem';
import { isSettled, isUnfinished, isWaiting, pollRenders } from '../api/render-polling';
import type { Render, ShaderCard, ShaderList } from '../api/schema';

type Load = (cursor: string | null) => Promise<ShaderList>;
type Reload = (id: string) => Promise<ShaderCard>;

export class PagedList {
  items: ShaderCard[] = $state([]);
  /** Cursor of the next page; null at the end. */
  next: string | null = $state(null);
  loading = $state(false);
  /** Whether the first page has arrived. */
  loaded = $state(false);
  problem = $state('');

  readonly #load: Load;
  readonly #reload: Reload | undefined;

  /** @param reload reads one card again, where more than its render changes once that is there */
  constructor(load: Load, reload?: Reload) {
    this.#load = load;
    this.#reload = reload;
  }

  /** Appends the next page; does nothing while one is loading or when there is none. */
  async loadMore(): Promise<void> {
    if (this.loading || (this.loaded && this.next === null)) return;
    this.loading = true;
    this.problem = '';
    try {
      const page = await this.#load(this.next);
      const known = new Set(this.items.map((item) => item.id));
      // A list that moves while it is read may show one shader twice.
      this.items.push(...page.items.filter((item) => !known.has(item.id)));
      this.next = page.next;
      this.loaded = true;
    } catch (error) {
      this.problem = explain(error);
    } finally {
      this.loading = false;
    }
  }

  /** Polls until the returned function is called. */
  pollRenders(): () => void {
    return pollRenders({
      pending: () => this.#unfinished(),
      onRender: (render) => this.#update(render),
    });
  }

  remove(id: string): void {
    this.items = this.items.filter((item) => item.id !== id);
  }

  #unfinished(): string[] {
    return this.items.flatMap(({ render, publication }) =>
      render && (isUnfinished(render) || (this.#reload && isWaiting(publication))) ? [render.id] : [],
    );
  }

  #update(render: Render): void {
    const item = this.items.find((candidate) => candidate.render?.id === render.id);
    if (!item) return;
    item.render = render;
    if (isSettled(render) && isWaiting(item.publication)) void this.#read(item);
  }

  /** Whether it became public is known once it has a picture, or will never have one; where that cannot be read, the next poll tries again. */
  async #read(item: ShaderCard): Promise<void> {
    const { status, publication, published_at } = (await this.#reload?.(item.id).catch(() => null)) ?? item;
    Object.assign(item, { status, publication, published_at });
  }
}
