import { describe, expect, it } from 'vitest';
import { findRoute, isSitePath, safeRedirect, signInPath } from '../../src/navigation/routes';

describe('findRoute', () => {
  it.each([
    ['/', 'gallery', {}],
    ['/new', 'new', {}],
    ['/signin', 'sign-in', {}],
    ['/me', 'account', {}],
    ['/shaders/42', 'shader', { id: '42' }],
    ['/shaders/42/', 'shader', { id: '42' }],
    ['/shaders/42/edit', 'edit', { id: '42' }],
    ['/shaders/a%20b', 'shader', { id: 'a b' }],
  ])('%s is the page %s', (path, name, params) => {
    expect(findRoute(path)).toEqual({ name, params });
  });

  it.each([
    '/shaders',
    '/shaders/',
    '/shaders//edit',
    '/shaders/42/other',
    '/nope',
    '/shaders/%E0%A4%A',
    '/ME',
  ])('%s is not here', (path) => {
    expect(findRoute(path).name).toBe('not-found');
  });
});

it('leaves the paths of other functions to the browser', () => {
  expect(isSitePath('/shaders/1')).toBe(true);
  for (const path of ['/api/docs', '/renders/ab/c.webp', '/mcp', '/health'])
    expect(isSitePath(path)).toBe(false);
});

describe('safeRedirect', () => {
  it('goes back to a path of this site', () => {
    expect(safeRedirect('/shaders/1?x=2')).toBe('/shaders/1?x=2');
    expect(new URLSearchParams(signInPath('/a?b=c&d').slice(8)).get('next')).toBe('/a?b=c&d');
  });

  it.each([
    null,
    '',
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    'javascript:1',
  ])('never goes to %s', (next) => {
    expect(safeRedirect(next)).toBe('/');
  });
});
