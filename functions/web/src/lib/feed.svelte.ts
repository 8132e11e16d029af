/** A list of shaders that grows page by page and keeps its pending renders fresh. */

import type { List, Render, ShaderItem } from './api';
import { explain } from './problem';
import { isWorking, watchRenders } from './watch';

type Load = (cursor: string | null) => Promise<List<ShaderItem>>;

export class Feed {
  items: ShaderItem[] = $state([]);
  next: string | null = $state(null);
  loading = $state(false);
  started = $state(false);
  problem = $state('');

  private readonly load: Load;

  constructor(load: Load) {
    this.load = load;
  }

  /** The next page; nothing while one is on its way or when there is none. */
  async more(): Promise<void> {
    if (this.loading || (this.started && this.next === null)) return;
    this.loading = true;
    this.problem = '';
    try {
      const page = await this.load(this.next);
      const known = new Set(this.items.map((item) => item.id));
      // A list that moves while it is read may show one shader twice.
      this.items.push(...page.items.filter((item) => !known.has(item.id)));
      this.next = page.next;
      this.started = true;
    } catch (error) {
      this.problem = explain(error);
    } finally {
      this.loading = false;
    }
  }

  watch(fetch: (id: string) => Promise<Render>): () => void {
    return watchRenders({ fetch, pending: () => this.pending(), onRender: (render) => this.update(render) });
  }

  remove(id: string): void {
    this.items = this.items.filter((item) => item.id !== id);
  }

  private pending(): string[] {
    return this.items.flatMap(({ render }) => (render && isWorking(render) ? [render.id] : []));
  }

  private update(render: Render): void {
    const item = this.items.find((candidate) => candidate.render?.id === render.id);
    if (item) item.render = render;
  }
}
