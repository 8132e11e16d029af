import { describe, expect, it, vi } from 'vitest';
import { address, Client } from '../../src/api/client';
import { ApiError } from '../../src/api/problem';
import type { SignedIn } from '../../src/api/schema';

const user = { id: '1', username: 'ada', email: 'ada@example.org' };
const session = (token: string): SignedIn => ({
  access_token: token,
  token_type: 'Bearer',
  expires_in: 900,
  user,
});
const json = (status: number, body: unknown, headers = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });

/** A server that knows one token at a time; each refresh makes the next one. */
function createServer({ refreshes = 10 } = {}) {
  let serial = 1;
  const calls: string[] = [];
  const fetch = vi.fn(async (input: RequestInfo | URL, init?: RequestInit) => {
    const path = String(input).replace('/api/v1', '');
    const token = new Headers(init?.headers).get('authorization');
    calls.push(`${init?.method} ${path} ${token ?? '-'}`);
    await Promise.resolve();
    if (path === '/auth/refresh') {
      if (serial > refreshes) return json(401, { title: 'Unauthorized' });
      return json(200, session(`t${++serial}`));
    }
    return token === `Bearer t${serial}` ? json(200, { path }) : json(401, { title: 'Unauthorized' });
  });
  return { fetch, calls, expire: () => serial++ };
}

const client = (fetch: typeof globalThis.fetch, more = {}) =>
  new Client({ fetch, exclusive: (task) => task(), ...more });

describe('a request', () => {
  it('carries the token, the query and the body', async () => {
    const fetch = vi.fn(async () => json(200, { ok: true }));
    const api = client(fetch);
    api.setSession(session('t1'));
    await api.request('POST', '/shaders', { body: { a: 1 }, query: { q: 'x y', cursor: null } });
    const [path, init] = fetch.mock.calls[0] as unknown as [string, RequestInit];
    expect(path).toBe('/api/v1/shaders?q=x+y');
    expect(new Headers(init.headers).get('authorization')).toBe('Bearer t1');
    expect(init.body).toBe('{"a":1}');
  });

  it('answers undefined to 204', async () => {
    const api = client(async () => new Response(null, { status: 204 }));
    await expect(api.request('DELETE', '/x')).resolves.toBeUndefined();
  });

  it('becomes an ApiError with status 0 when nothing answers', async () => {
    const api = client(async () => {
      throw new TypeError('network');
    });
    await expect(api.request('GET', '/x')).rejects.toMatchObject({ status: 0 });
  });

  it('does not try a wrong password twice', async () => {
    const { fetch, calls } = createServer();
    await expect(client(fetch).request('POST', '/auth/login', { body: {} })).rejects.toBeInstanceOf(ApiError);
    expect(calls).toEqual(['POST /auth/login -']);
  });
});

describe('refresh', () => {
  it('happens once for many requests that fail together', async () => {
    const server = createServer();
    const api = client(server.fetch);
    api.setSession(session('t1'));
    server.expire();
    const answers = await Promise.all(['/a', '/b', '/c'].map((path) => api.request('GET', path)));
    expect(answers).toEqual([{ path: '/a' }, { path: '/b' }, { path: '/c' }]);
    expect(server.calls.filter((call) => call.includes('/auth/refresh'))).toHaveLength(1);
  });

  it('tries again only once', async () => {
    const api = client(async (input) =>
      String(input).endsWith('/auth/refresh') ? json(200, session('new')) : json(401, { title: 'No' }),
    );
    api.setSession(session('old'));
    await expect(api.request('GET', '/a')).rejects.toMatchObject({ status: 401 });
  });

  it('comes before a token runs out', async () => {
    const server = createServer();
    let now = 0;
    const api = client(server.fetch, { now: () => now });
    api.setSession(session('t1'));
    now = 890_000;
    await api.request('GET', '/a');
    expect(server.calls.map((call) => call.split(' ')[1])).toEqual(['/auth/refresh', '/a']);
  });

  it('signs out when the cookie is no longer good', async () => {
    const server = createServer({ refreshes: 0 });
    const seen: (SignedIn | null)[] = [];
    const api = client(server.fetch, { onSession: (next: SignedIn | null) => seen.push(next) });
    api.setSession(session('stale'));
    await expect(api.request('GET', '/a')).rejects.toMatchObject({ status: 401 });
    expect(seen.at(-1)).toBeNull();
    expect(server.calls).toHaveLength(2);
  });

  it('keeps the session when the server is only away', async () => {
    const seen: (SignedIn | null)[] = [];
    const api = client(async () => json(503, { title: 'Busy' }), {
      onSession: (next: SignedIn | null) => seen.push(next),
    });
    api.setSession(session('t1'));
    await expect(api.refresh()).rejects.toMatchObject({ status: 503 });
    expect(seen).toHaveLength(1);
  });
});

it('leaves empty values out of the address', () => {
  expect(address('/x', { a: '', b: undefined, c: null, d: 0 })).toBe('/api/v1/x?d=0');
  expect(address('/x')).toBe('/api/v1/x');
});
