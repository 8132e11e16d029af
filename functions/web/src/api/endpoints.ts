/** Requests typed by the OpenAPI document: a path, parameter, body or answer that it does not have is a type error. */

import type { API, Client } from './client';
import type { paths } from './schema';

type Method = 'get' | 'post' | 'put' | 'delete';

/** Paths, without the prefix of the API, that have an operation of that method. */
type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, unknown>
    ? P extends `${typeof API}${infer R}`
      ? R
      : never
    : never;
}[keyof paths];

type Operation<P extends string, M extends Method> = paths[keyof paths & `${typeof API}${P}`][M];

type PathParameters<O> = O extends { parameters: { path: infer V } } ? V : undefined;

type QueryParameters<O> = O extends { parameters: { query?: infer V } }
  ? { [K in keyof V]?: V[K] | null }
  : never;

type Body<O> = O extends { requestBody: { content: { 'application/json': infer V } } } ? V : undefined;

type Content<R> = R extends { content: { 'application/json': infer V } } ? V : undefined;

type Answer<O> = O extends { responses: infer R } ? Content<R[keyof R & (200 | 201 | 204)]> : never;

/** A property that must be there if the operation takes it. */
type Given<K extends string, V> = [V] extends [undefined] ? { [key in K]?: undefined } : { [key in K]: V };

type Options<O> = Given<'path', PathParameters<O>> &
  Given<'body', Body<O>> & { query?: QueryParameters<O>; revision?: number | undefined; key?: string };

/** Puts values into the {names} of a path. */
export const fillPath = (template: string, values: Readonly<Record<string, string | number>> = {}): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));

/** A function that calls one operation: `call('get', '/renders/{render}', { path: { render: id } })`. */
export function createCall(client: Client) {
  return <M extends Method, P extends PathsWith<M>>(
    method: M,
    path: P,
    options: Options<Operation<P, M>> = {} as Options<Operation<P, M>>,
  ): Promise<Answer<Operation<P, M>>> => {
    const { path: values, ...rest } = options as { path?: Record<string, string>; body?: unknown };
    return client.request(method.toUpperCase(), fillPath(path, values), rest);
  };
}
