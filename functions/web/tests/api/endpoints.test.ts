import { expect, expectTypeOf, it, vi } from 'vitest';
import { Client } from '../../src/api/client';
import { createCall, fillPath } from '../../src/api/endpoints';
import type { Shader, ShaderList, VoteCounts } from '../../src/api/schema';

function createServer(body: unknown) {
  const fetch = vi.fn(
    async (_input: RequestInfo | URL, _init?: RequestInit) => new Response(JSON.stringify(body)),
  );
  const asked = () =>
    fetch.mock.calls.map(([input, init]) => `${init?.method} ${input} ${init?.body ?? ''}`.trim());
  return { asked, call: createCall(new Client({ fetch })) };
}

it('fills the names in a path', () => {
  expect(fillPath('/shaders/{shader}/versions/{n}', { shader: 'a/b', n: 3 })).toBe(
    '/shaders/a%2Fb/versions/3',
  );
  expect(fillPath('/me')).toBe('/me');
});

it('calls the operations that the OpenAPI document describes', async () => {
  const { call, asked } = createServer({});
  await call('get', `/feed/${'trending' as 'new' | 'trending'}`, { query: { cursor: null } });
  await call('get', '/shaders', { query: { sort: 'new', q: 'sea', cursor: 'x', limit: 24 } });
  await call('post', '/shaders/{shader}/vote', { path: { shader: '7' }, body: { value: -1 } });
  await call('delete', '/shaders/{shader}/vote', { path: { shader: '7' } });
  expect(asked()).toEqual([
    'GET /api/v1/feed/trending',
    'GET /api/v1/shaders?sort=new&q=sea&cursor=x&limit=24',
    'POST /api/v1/shaders/7/vote {"value":-1}',
    'DELETE /api/v1/shaders/7/vote',
  ]);
});

it('types answers, and refuses what the document does not have', () => {
  const { call } = createServer({});
  const path = { shader: '7' };
  expectTypeOf(call('get', '/shaders/{shader}', { path })).resolves.toEqualTypeOf<Shader>();
  expectTypeOf(call('get', '/shaders/mine')).resolves.toEqualTypeOf<ShaderList>();
  expectTypeOf(call('delete', '/shaders/{shader}', { path })).resolves.toEqualTypeOf<undefined>();
  expectTypeOf(call('delete', '/shaders/{shader}/vote', { path })).resolves.toExtend<VoteCounts>();
  // @ts-expect-error: no such path
  void call('get', '/nothing');
  // @ts-expect-error: no such method there
  void call('delete', '/me');
  // @ts-expect-error: the path needs an id
  void call('get', '/renders/{render}', {});
  // @ts-expect-error: no such query parameter
  void call('get', '/feed/new', { query: { page: 2 } });
  // @ts-expect-error: a title is needed
  void call('post', '/shaders', { body: {} });
});
