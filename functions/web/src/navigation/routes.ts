/** Which page a path shows; knows nothing of the browser. The gateway has the same routes, from routes.json: all else is a 404. */

import routes from './routes.json';

export type RouteName = 'gallery' | 'shader' | 'new' | 'edit' | 'sign-in' | 'account' | 'not-found';

export interface Route {
  name: RouteName;
  params: Record<string, string>;
}

const ROUTES = Object.entries(routes) as ReadonlyArray<[RouteName, string]>;

/** Paths that the gateway sends elsewhere: the browser loads them. */
const SERVER_PATHS = ['/api/', '/renders/', '/mcp', '/health'];

function matchPath(pattern: string, path: string): Record<string, string> | null {
  const expected = pattern.split('/');
  const given = path.split('/');
  if (expected.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const value = decode(given[index] ?? '');
    if (part.startsWith(':')) {
      if (!value) return null;
      params[part.slice(1)] = value;
    } else if (part !== value) return null;
  }
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** The page of a path; a trailing slash means the same page. */
export function findRoute(path: string): Route {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
  for (const [name, pattern] of ROUTES) {
    const params = matchPath(pattern, trimmed);
    if (params) return { name, params };
  }
  return { name: 'not-found', params: {} };
}

export const isSitePath = (path: string): boolean => !SERVER_PATHS.some((prefix) => path.startsWith(prefix));

/** Where to go after signing in: a path of this site, never another site. */
export function safeRedirect(next: string | null): string {
  if (!next?.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/';
  return isSitePath(next) ? next : '/';
}

export const signInPath = (next: string): string => `/signin?next=${encodeURIComponent(next)}`;
