/** The HTTP API as this site uses it: its shapes and one function an operation. */

import { type Client, createClient, type Query, type Session, type User } from './http';
import type { Project, ShaderError } from './project';

export type { Session, User };
export type Status = 'draft' | 'published' | 'archived';
export type Sort = 'new' | 'trending' | 'top';

export interface Render {
  id: string;
  status: 'queued' | 'rendering' | 'ready' | 'failed';
  reason?: string | null;
  detail?: string | null;
  poster_url?: string | null;
  preview_url?: string | null;
  preview?: 'pending' | 'ready' | 'none' | 'failed';
  errors?: ShaderError[];
  facets?: Facets;
}

export interface Facets {
  /** Which flash thresholds of WCAG 2.3.1 it passes; comes with the preview. */
  flashing?: 'none' | 'general' | 'red' | 'both';
  /** What it asks of a device that plays it. */
  weight?: 'light' | 'medium' | 'heavy';
}

export interface Votes {
  up: number;
  down: number;
}

export interface VoteCount extends Votes {
  my_vote: MyVote;
}

export type MyVote = 1 | -1 | 0;

export interface ShaderItem {
  id: string;
  title: string;
  description: string;
  tags: string[];
  license: string;
  status: Status;
  version: number;
  author: { username: string };
  created_at: string;
  updated_at: string;
  score: number;
  votes: Votes;
  forked_from: string | null;
  render: Render | null;
}

export interface Shader extends ShaderItem {
  project: Project;
  /** Only for who is signed in. */
  my_vote?: MyVote;
}

export interface List<T> {
  items: T[];
  next: string | null;
}

export interface ApiKey {
  id: string;
  name: string;
  scopes: string[];
  created_at: string;
  last_used_at?: string | null;
  /** Only in the answer to its creation. */
  key?: string;
}

export interface ShaderDraft {
  title: string;
  description: string;
  tags: string[];
  license: string;
  project: Project;
  status?: Status;
}

export interface Credentials {
  username: string;
  password: string;
}

export type Api = ReturnType<typeof createApi>;

const PAGE = 24;
const at = (id: string): string => encodeURIComponent(id);

export function createApi(client: Client) {
  const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
    client.request('GET', path, { ...(query && { query }), ...(signal && { signal }) });
  const post = <T>(path: string, body?: unknown): Promise<T> => client.request('POST', path, { body });

  return {
    register: (body: Credentials & { email: string }) => post<Session>('/auth/register', body),
    login: (body: Credentials) => post<Session>('/auth/login', body),
    logout: () => post<void>('/auth/logout'),

    feed: (sort: 'new' | 'trending', cursor: string | null, signal?: AbortSignal) =>
      get<List<ShaderItem>>(`/feed/${sort}`, { cursor, limit: PAGE }, signal),
    shaders: (
      query: { sort?: Sort; tags?: string; q?: string; cursor?: string | null },
      signal?: AbortSignal,
    ) => get<List<ShaderItem>>('/shaders', { ...query, limit: PAGE }, signal),
    mine: (cursor: string | null = null) => get<List<ShaderItem>>('/shaders/mine', { cursor, limit: PAGE }),
    similar: (id: string) => get<List<ShaderItem>>(`/feed/similar/${at(id)}`, { limit: 8 }),

    shader: (id: string, signal?: AbortSignal) => get<Shader>(`/shaders/${at(id)}`, undefined, signal),
    create: (draft: ShaderDraft) => post<Shader>('/shaders', draft),
    update: (id: string, draft: Partial<ShaderDraft>) =>
      client.request<Shader>('PUT', `/shaders/${at(id)}`, { body: draft }),
    remove: (id: string) => client.request<void>('DELETE', `/shaders/${at(id)}`),
    fork: (id: string) => post<Shader>(`/shaders/${at(id)}/fork`),
    vote: (id: string, value: 1 | -1) => post<VoteCount>(`/shaders/${at(id)}/vote`, { value }),
    unvote: (id: string) => client.request<VoteCount>('DELETE', `/shaders/${at(id)}/vote`),
    render: (id: string) => get<Render>(`/renders/${at(id)}`),

    keys: () => get<List<ApiKey>>('/me/api-keys'),
    createKey: (name: string, scopes: string[]) => post<ApiKey>('/me/api-keys', { name, scopes }),
    deleteKey: (id: string) => client.request<void>('DELETE', `/me/api-keys/${at(id)}`),
  };
}

export { createClient };
