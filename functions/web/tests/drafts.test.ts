import { beforeEach, expect, it } from 'vitest';
import { dropWork, findWork, keepWork, sameWork, type Work } from '../src/lib/drafts';
import { newProject, setCode } from '../src/lib/project';
import { createStorage } from './storage';

let storage: Storage;
const work = (): Work => ({
  title: 'Moth',
  description: '',
  tags: '2d',
  license: 'MIT',
  project: newProject(),
});

beforeEach(() => {
  storage = createStorage();
});

it('gives back what was kept, for each shader its own', () => {
  expect(keepWork(storage, null, work(), 0)).toBe(true);
  expect(keepWork(storage, '7', { ...work(), title: 'Seven' }, 3)).toBe(true);
  expect(findWork(storage, null)).toMatchObject({ title: 'Moth', version: 0 });
  expect(findWork(storage, '7')).toMatchObject({ title: 'Seven', version: 3 });
});

it('forgets what was dropped', () => {
  keepWork(storage, '7', work(), 1);
  dropWork(storage, '7');
  expect(findWork(storage, '7')).toBeNull();
});

it.each(['', '{', 'null', '{"project":{}}', '[]'])('finds nothing in a damaged entry: %s', (text) => {
  storage.setItem('fractafrag.work.7', text);
  expect(findWork(storage, '7')).toBeNull();
});

it('says when the browser has no room', () => {
  storage.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  expect(keepWork(storage, null, work(), 0)).toBe(false);
});

it('knows changed work from the same', () => {
  expect(sameWork(work(), work())).toBe(true);
  expect(sameWork(work(), { ...work(), tags: '3d' })).toBe(false);
  expect(sameWork(work(), { ...work(), project: setCode(newProject(), 'image', 'x') })).toBe(false);
});
