/** Keeps the list shown last for a while, so that Back finds the same cards at the same scroll position. */

import { PagedList } from './paged-list.svelte';

type Load = ConstructorParameters<typeof PagedList>[0];

const KEEP_MS = 120_000;
let latest: { key: string; list: PagedList; createdAt: number } | null = null;

/** The kept list of that key, or a new one. */
export function cachedList(key: string, load: Load): PagedList {
  if (latest?.key === key && Date.now() - latest.createdAt < KEEP_MS) return latest.list;
  latest = { key, list: new PagedList(load), createdAt: Date.now() };
  return latest.list;
}

/** After a shader was published or deleted, a kept list is out of date. */
export function clearListCache(): void {
  latest = null;
}
