import { describe, expect, it } from 'vitest';
import { findRoute, isOurs, safeNext, signinPath } from '../src/lib/router';

describe('findRoute', () => {
  it.each([
    ['/', 'gallery', {}],
    ['/new', 'new', {}],
    ['/signin', 'signin', {}],
    ['/me', 'me', {}],
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
    expect(findRoute(path).name).toBe('missing');
  });
});

it('leaves the paths of other functions to the browser', () => {
  expect(isOurs('/shaders/1')).toBe(true);
  for (const path of ['/api/docs', '/renders/ab/c.webp', '/mcp', '/health']) expect(isOurs(path)).toBe(false);
});

describe('safeNext', () => {
  it('goes back to a path of this site', () => {
    expect(safeNext('/shaders/1?x=2')).toBe('/shaders/1?x=2');
    expect(new URLSearchParams(signinPath('/a?b=c&d').slice(8)).get('next')).toBe('/a?b=c&d');
  });

  it.each([
    null,
    '',
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    'javascript:1',
  ])('never goes to %s', (next) => {
    expect(safeNext(next)).toBe('/');
  });
});
