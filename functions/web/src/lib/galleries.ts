/** The gallery's feeds, kept while the page lives: Back finds the same cards at the same place. */

import type { Sort } from './api';
import { Feed } from './feed.svelte';
import { api } from './session.svelte';

export interface GalleryQuery {
  sort: Sort;
  tags: string;
  q: string;
}

const KEEP_MS = 120_000;
let latest: { name: string; feed: Feed; at: number } | null = null;

export function readQuery(query: URLSearchParams): GalleryQuery {
  const sort = query.get('sort') === 'trending' ? 'trending' : 'new';
  return { sort, tags: query.get('tags') ?? '', q: query.get('q') ?? '' };
}

function open({ sort, tags, q }: GalleryQuery): Feed {
  if (sort !== 'top' && !tags && !q) return new Feed((cursor) => api.feed(sort, cursor));
  return new Feed((cursor) => api.shaders({ sort, tags, q, cursor }));
}

export function galleryFeed(query: GalleryQuery): Feed {
  const name = JSON.stringify(query);
  if (latest?.name === name && Date.now() - latest.at < KEEP_MS) return latest.feed;
  latest = { name, feed: open(query), at: Date.now() };
  return latest.feed;
}

/** After a publish or a delete the kept list is no longer true. */
export function forgetGalleries(): void {
  latest = null;
}
