import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Shader, ShaderDraft } from '../src/lib/api';
import { ApiError } from '../src/lib/problem';
import { newProject, setCode } from '../src/lib/project';
import { Workbench } from '../src/lib/work.svelte';
import { createStorage } from './storage';

let storage: Storage;
const shader = (more: Partial<Shader> = {}): Shader =>
  ({
    id: '7',
    title: 'Moth',
    description: '',
    tags: ['2d'],
    license: 'MIT',
    status: 'draft',
    version: 3,
    project: newProject(),
    ...more,
  }) as Shader;

/** Answers like the server: what was sent, one version on. */
const createApi = () => ({
  create: vi.fn(async (draft: ShaderDraft) => shader({ ...draft, version: 1 })),
  update: vi.fn(async (id: string, draft: Partial<ShaderDraft>) => shader({ ...draft, id, version: 4 })),
});

let api: ReturnType<typeof createApi>;
const open = (from: Shader | null): Workbench => new Workbench(from, api, storage);

beforeEach(() => {
  storage = createStorage();
  api = createApi();
});

function edit(work: Workbench, code: string): void {
  work.project = setCode(work.project, 'image', code);
  work.touch();
  work.keep();
}

describe('unsaved work', () => {
  it('is there again on the next visit', () => {
    edit(open(shader()), 'mine');
    const later = open(shader());
    expect(later.project.passes[0]?.code).toBe('mine');
    expect([later.dirty, later.restored !== null, later.outdated]).toEqual([true, true, false]);
  });

  it('says when a newer version was saved elsewhere', () => {
    edit(open(shader()), 'mine');
    expect(open(shader({ version: 4 })).outdated).toBe(true);
  });

  it('can be thrown away', () => {
    edit(open(shader()), 'mine');
    const later = open(shader());
    later.discard();
    expect([later.dirty, later.restored]).toEqual([false, null]);
    expect(later.project).toEqual(newProject());
    expect(open(shader()).restored).toBeNull();
  });

  it('is not kept when it is the same as what is saved', () => {
    const work = open(shader());
    edit(work, 'mine');
    edit(work, newProject().passes[0]?.code ?? '');
    expect(work.dirty).toBe(false);
    expect(open(shader()).restored).toBeNull();
  });
});

describe('saving', () => {
  it('creates first and updates then', async () => {
    const work = open(null);
    work.title = ' Moth light ';
    work.tags = 'Noise, 2d';
    await work.save('draft');
    expect(api.create).toHaveBeenCalledWith(
      expect.objectContaining({ title: 'Moth light', tags: ['noise', '2d'], status: 'draft' }),
    );
    expect([work.id, work.version, work.dirty]).toEqual(['7', 1, false]);
    await work.save('published');
    expect(api.update).toHaveBeenCalledWith('7', expect.objectContaining({ status: 'published' }));
  });

  it('does not take for saved what is typed meanwhile', async () => {
    const work = open(shader());
    const saving = work.save('draft');
    edit(work, 'typed meanwhile');
    await saving;
    expect(work.dirty).toBe(true);
    const later = open(shader({ version: 4 }));
    expect(later.project.passes[0]?.code).toBe('typed meanwhile');
    expect(later.outdated).toBe(false);
  });

  it('names a nameless draft', async () => {
    const work = open(null);
    await work.save('draft');
    expect(work.title).toBe('Untitled');
  });

  it('forgets what was kept for it', async () => {
    const work = open(null);
    edit(work, 'mine');
    await work.save('draft');
    expect(open(null).restored).toBeNull();
  });

  it('keeps the work and shows the fields when it is refused', async () => {
    const work = open(shader());
    edit(work, 'mine');
    api.update.mockRejectedValueOnce(
      new ApiError(422, { errors: [{ field: 'tags', message: 'Too many.' }] }),
    );
    await expect(work.save('draft')).resolves.toBeNull();
    expect([work.fields, work.dirty, work.saving]).toEqual([{ tags: 'Too many.' }, true, false]);
    expect(open(shader()).restored).not.toBeNull();
  });

  it('says so when the server is away', async () => {
    const work = open(shader());
    api.update.mockRejectedValueOnce(new ApiError(0));
    await work.save('draft');
    expect(work.problem).toMatch(/cannot be reached/);
  });
});
