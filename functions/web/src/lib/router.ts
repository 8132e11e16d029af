/** Paths to pages. Pure: no browser in here. */

export type RouteName = 'gallery' | 'shader' | 'new' | 'edit' | 'signin' | 'me' | 'missing';

export interface Route {
  name: RouteName;
  params: Record<string, string>;
}

const ROUTES: ReadonlyArray<readonly [string, RouteName]> = [
  ['/', 'gallery'],
  ['/new', 'new'],
  ['/signin', 'signin'],
  ['/me', 'me'],
  ['/shaders/:id', 'shader'],
  ['/shaders/:id/edit', 'edit'],
];

// These belong to other functions behind the same gateway: the browser loads them.
const NOT_OURS = ['/api/', '/renders/', '/mcp', '/health'];

function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
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
  const plain = path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
  for (const [pattern, name] of ROUTES) {
    const params = match(pattern, plain);
    if (params) return { name, params };
  }
  return { name: 'missing', params: {} };
}

export const isOurs = (path: string): boolean => !NOT_OURS.some((prefix) => path.startsWith(prefix));

/** Where to go after signing in: a path of this site, never another one. */
export function safeNext(next: string | null): string {
  if (!next?.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/';
  return isOurs(next) ? next : '/';
}

export const signinPath = (next: string): string => `/signin?next=${encodeURIComponent(next)}`;
