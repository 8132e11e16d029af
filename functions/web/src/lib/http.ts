/** JSON over HTTP with an access token that lives in memory only and renews itself through the refresh cookie. */

import { ApiError, readProblem } from './problem';

export interface User {
  id: string;
  username: string;
  email: string;
}

export interface Session {
  access_token: string;
  token_type: string;
  expires_in: number;
  user: User;
}

export type Query = Record<string, string | number | undefined | null>;

export interface RequestOptions {
  body?: unknown;
  query?: Query;
  signal?: AbortSignal;
}

export interface ClientOptions {
  fetch?: typeof fetch;
  now?: () => number;
  /** Runs one task at a time across all tabs: two tabs that spend the same refresh token lose the session. */
  exclusive?: <T>(task: () => Promise<T>) => Promise<T>;
  onSession?: (session: Session | null) => void;
}

export interface Client {
  request<T>(method: string, path: string, options?: RequestOptions): Promise<T>;
  adopt(session: Session | null): void;
  refresh(): Promise<boolean>;
}

export const API = '/api/v1';
const RENEW_BEFORE_MS = 20_000;

export function address(path: string, query: Query = {}): string {
  const entries = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  const text = new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString();
  return `${API}${path}${text ? `?${text}` : ''}`;
}

/** Web Locks need a secure context; without them the tabs have to take their chance. */
export async function acrossTabs<T>(task: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  return locks ? await locks.request('fractafrag-refresh', task) : await task();
}

export function createClient(options: ClientOptions = {}): Client {
  const send = options.fetch ?? ((input, init) => fetch(input, init));
  const now = options.now ?? Date.now;
  const exclusive = options.exclusive ?? acrossTabs;
  let token: string | null = null;
  let expiresAt = 0;
  let refreshing: Promise<boolean> | null = null;

  function adopt(session: Session | null): void {
    token = session?.access_token ?? null;
    expiresAt = session ? now() + session.expires_in * 1000 : 0;
    options.onSession?.(session);
  }

  async function answer(
    method: string,
    path: string,
    { body, query, signal }: RequestOptions,
  ): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const init: RequestInit = { method, headers, credentials: 'same-origin' };
    if (body !== undefined) init.body = JSON.stringify(body);
    if (signal) init.signal = signal;
    try {
      return await send(address(path, query), init);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError(0);
    }
  }

  async function renew(): Promise<boolean> {
    const response = await answer('POST', '/auth/refresh', {});
    if (response.status === 401) {
      adopt(null);
      return false;
    }
    if (!response.ok) throw await readProblem(response);
    adopt(await response.json());
    return true;
  }

  function refresh(): Promise<boolean> {
    refreshing ??= exclusive(renew).finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  async function request<T>(method: string, path: string, request: RequestOptions = {}): Promise<T> {
    if (token && now() > expiresAt - RENEW_BEFORE_MS) await refresh();
    const used = token;
    let response = await answer(method, path, request);
    // Only a request that was signed in is worth another try: a wrong password is a 401 too.
    if (response.status === 401 && used && (token !== used || (await refresh()))) {
      response = await answer(method, path, request);
    }
    if (!response.ok) throw await readProblem(response);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  return { request, adopt, refresh };
}
