/** What the gallery lists, as its address says it. */

import { call } from '../api/session.svelte';
import { cachedList } from '../cards/list-cache';
import type { PagedList } from '../cards/paged-list.svelte';

export interface GalleryQuery {
  sort: 'new' | 'trending';
  tags: string;
  q: string;
}

export function readQuery(query: URLSearchParams): GalleryQuery {
  const sort = query.get('sort') === 'trending' ? 'trending' : 'new';
  return { sort, tags: query.get('tags') ?? '', q: query.get('q') ?? '' };
}

export function galleryPath({ sort, tags, q }: GalleryQuery): string {
  const search = new URLSearchParams();
  if (sort !== 'new') search.set('sort', sort);
  if (tags) search.set('tags', tags);
  if (q) search.set('q', q);
  const text = search.toString();
  return text ? `/?${text}` : '/';
}

export function galleryList(query: GalleryQuery): PagedList {
  const { sort, tags, q } = query;
  const filtered = tags !== '' || q !== '';
  return cachedList(JSON.stringify(query), (cursor) =>
    filtered
      ? call('get', '/shaders', { query: { sort, tags, q, cursor } })
      : call('get', `/feed/${sort}`, { query: { cursor } }),
  );
}
