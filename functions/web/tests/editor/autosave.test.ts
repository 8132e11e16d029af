import { beforeEach, expect, it } from 'vitest';
import {
  readAutosave,
  removeAutosave,
  type Snapshot,
  sameSnapshot,
  writeAutosave,
} from '../../src/editor/autosave';
import { newProject } from '../../src/editor/new-project';
import { setCode } from '../../src/editor/project-edits';
import { createStorage } from '../storage';

let storage: Storage;
const edits = (): Snapshot => ({
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
  expect(writeAutosave(storage, null, edits(), 0)).toBe(true);
  expect(writeAutosave(storage, '7', { ...edits(), title: 'Seven' }, 3)).toBe(true);
  expect(readAutosave(storage, null)).toMatchObject({ title: 'Moth', version: 0 });
  expect(readAutosave(storage, '7')).toMatchObject({ title: 'Seven', version: 3 });
});

it('forgets what was dropped', () => {
  writeAutosave(storage, '7', edits(), 1);
  removeAutosave(storage, '7');
  expect(readAutosave(storage, '7')).toBeNull();
});

it.each(['', '{', 'null', '{"project":{}}', '[]'])('finds nothing in a damaged entry: %s', (text) => {
  storage.setItem('fractafrag.work.7', text);
  expect(readAutosave(storage, '7')).toBeNull();
});

it('says when the browser has no room', () => {
  storage.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  expect(writeAutosave(storage, null, edits(), 0)).toBe(false);
});

it('knows changed work from the same', () => {
  expect(sameSnapshot(edits(), edits())).toBe(true);
  expect(sameSnapshot(edits(), { ...edits(), tags: '3d' })).toBe(false);
  expect(sameSnapshot(edits(), { ...edits(), project: setCode(newProject(), 'image', 'x') })).toBe(false);
});
