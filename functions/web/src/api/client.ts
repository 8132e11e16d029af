/** JSON over HTTP with an access token that lives in memory only and renews itself through the refresh cookie. */

import { ApiError, readProblem } from './problem';
import type { SignedIn } from './schema';

export type Query = Record<string, string | number | undefined | null>;

export interface RequestOptions {
  body?: unknown;
  query?: Query | undefined;
  /** The state of the thing that is changed: 412 where something else was saved meanwhile. */
  revision?: number | undefined;
  /** Of something to create: sent again with the same key it creates nothing twice. */
  key?: string | undefined;
}

export interface ClientOptions {
  fetch?: typeof fetch;
  now?: () => number;
  /** Runs one task at a time across all tabs: two tabs that spend the same refresh token lose the session. */
  exclusive?: <T>(task: () => Promise<T>) => Promise<T>;
  onSession?: (session: SignedIn | null) => void;
}

/** What every path of the API begins with. */
export const API = '/api/v1';
/** An access token is renewed this long before it ends. */
const RENEW_BEFORE_MS = 20_000;

/** The address of a path with its query; empty values are left out. */
export function address(path: string, query: Query = {}): string {
  const entries = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  const text = new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString();
  return `${API}${path}${text ? `?${text}` : ''}`;
}

/** Web Locks need a secure context; without them two tabs may refresh at once. */
async function oneTabAtATime<T>(task: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  return locks ? await locks.request('fractafrag-refresh', task) : await task();
}

export class Client {
  readonly #options: ClientOptions;
  #token: string | null = null;
  #expiresAt = 0;
  #refreshing: Promise<boolean> | null = null;

  constructor(options: ClientOptions = {}) {
    this.#options = options;
  }

  /** Takes over the token of a new session; null signs out. */
  setSession(session: SignedIn | null): void {
    this.#token = session?.access_token ?? null;
    this.#expiresAt = session ? this.#now() + session.expires_in * 1000 : 0;
    this.#options.onSession?.(session);
  }

  /** Gets a new access token, once for all who ask meanwhile; false when the session is over. */
  refresh(): Promise<boolean> {
    const exclusive = this.#options.exclusive ?? oneTabAtATime;
    this.#refreshing ??= exclusive(() => this.#renew()).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** The JSON of an answer, undefined for 204. Throws ApiError for anything but success. */
  async request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    if (this.#token && this.#now() > this.#expiresAt - RENEW_BEFORE_MS) await this.refresh();
    const used = this.#token;
    let response = await this.#send(method, path, options);
    // Only a request that was signed in is worth another try: a wrong password is a 401 too.
    if (response.status === 401 && used && (this.#token !== used || (await this.refresh()))) {
      response = await this.#send(method, path, options);
    }
    if (!response.ok) throw await readProblem(response);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  async #renew(): Promise<boolean> {
    const response = await this.#send('POST', '/auth/refresh', {});
    if (response.status === 401) {
      this.setSession(null);
      return false;
    }
    if (!response.ok) throw await readProblem(response);
    this.setSession(await response.json());
    return true;
  }

  async #send(
    method: string,
    path: string,
    { body, query, revision, key }: RequestOptions,
  ): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (key !== undefined) headers['Idempotency-Key'] = key;
    if (revision !== undefined) headers['If-Match'] = `"${revision}"`;
    const init: RequestInit = { method, headers, credentials: 'same-origin' };
    if (body !== undefined) init.body = JSON.stringify(body);
    try {
      return await (this.#options.fetch ?? fetch)(address(path, query), init);
    } catch {
      throw new ApiError(0);
    }
  }
}
