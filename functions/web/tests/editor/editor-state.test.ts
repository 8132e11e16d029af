import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../src/api/problem';
import type { Changes, NewShader, Shader } from '../../src/api/schema';
import { EditorState } from '../../src/editor/editor-state.svelte';
import { newProject } from '../../src/editor/new-project';
import { setCode } from '../../src/editor/project-edits';
import { createStorage } from '../storage';

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
    revision: 1,
    project: newProject(),
    ...more,
  }) as Shader;

/** Answers like the server: what was sent, one version on. */
const createApi = () => ({
  read: vi.fn(async (id: string) => shader({ id, revision: 2, version: 4 })),
  create: vi.fn(async (draft: NewShader) => shader({ ...draft, version: 1 })),
  update: vi.fn(async (id: string, draft: Changes) => shader({ ...draft, id, version: 4 })),
});

let api: ReturnType<typeof createApi>;
const open = (from: Shader | null): EditorState => new EditorState(from, api, storage);

beforeEach(() => {
  storage = createStorage();
  api = createApi();
});

function edit(editor: EditorState, code: string): void {
  editor.project = setCode(editor.project, 'image', code);
  editor.onChange();
  editor.autosave();
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
    const editor = open(shader());
    edit(editor, 'mine');
    edit(editor, newProject().passes[0]?.code ?? '');
    expect(editor.dirty).toBe(false);
    expect(open(shader()).restored).toBeNull();
  });
});

describe('saving', () => {
  it('creates first and updates then', async () => {
    const editor = open(null);
    editor.title = ' Moth light ';
    editor.tags = 'Noise, 2d';
    await editor.save('draft');
    expect(api.create).toHaveBeenCalledWith(
      expect.objectContaining({ title: 'Moth light', tags: ['noise', '2d'], status: 'draft' }),
      expect.any(String),
    );
    expect([editor.id, editor.version, editor.dirty]).toEqual(['7', 1, false]);
    await editor.save('published');
    expect(api.update).toHaveBeenCalledWith('7', expect.objectContaining({ status: 'published' }), 1);
  });

  it('does not save over what was saved elsewhere, unless told to', async () => {
    const editor = open(shader());
    edit(editor, 'mine');
    api.update.mockRejectedValueOnce(new ApiError(412));
    expect(await editor.save('published')).toBeNull();
    expect([editor.conflict, editor.refusedAs, editor.dirty, editor.problem]).toEqual([
      true,
      'published',
      true,
      '',
    ]);
    editor.revision = undefined;
    expect(await editor.save(editor.refusedAs)).not.toBeNull();
    expect(api.update).toHaveBeenLastCalledWith('7', expect.anything(), undefined);
    expect(editor.conflict).toBe(false);
  });

  it('does not take for saved what is typed meanwhile', async () => {
    const editor = open(shader());
    const saving = editor.save('draft');
    edit(editor, 'typed meanwhile');
    await saving;
    expect(editor.dirty).toBe(true);
    const later = open(shader({ version: 4 }));
    expect(later.project.passes[0]?.code).toBe('typed meanwhile');
    expect(later.outdated).toBe(false);
  });

  it('names a nameless draft', async () => {
    const editor = open(null);
    await editor.save('draft');
    expect(editor.title).toBe('Untitled');
  });

  it('forgets what was kept for it', async () => {
    const editor = open(null);
    edit(editor, 'mine');
    await editor.save('draft');
    expect(open(null).restored).toBeNull();
  });

  it('keeps the work and shows the fields when it is refused', async () => {
    const editor = open(shader());
    edit(editor, 'mine');
    api.update.mockRejectedValueOnce(
      new ApiError(422, { errors: [{ field: 'tags', message: 'Too many.' }] }),
    );
    await expect(editor.save('draft')).resolves.toBeNull();
    expect([editor.fields, editor.dirty, editor.saving]).toEqual([{ tags: 'Too many.' }, true, false]);
    expect(open(shader()).restored).not.toBeNull();
  });

  it('says so when the server is away', async () => {
    const editor = open(shader());
    api.update.mockRejectedValueOnce(new ApiError(0));
    await editor.save('draft');
    expect(editor.problem).toMatch(/cannot be reached/);
  });

  it('creates nothing twice when an answer was lost', async () => {
    const editor = open(null);
    editor.title = 'Moth';
    api.create.mockRejectedValueOnce(new ApiError(0));
    expect(await editor.save('draft')).toBeNull();
    edit(editor, 'typed since');
    expect((await editor.save('draft'))?.id).toBe('7');
    const [first, again] = api.create.mock.calls as unknown as [NewShader, string][];
    expect(again).toEqual(first);
    expect(api.update).toHaveBeenCalledWith(
      '7',
      expect.objectContaining({ project: setCode(newProject(), 'image', 'typed since') }),
      1,
    );
  });

  it('sends what was refused under another key', async () => {
    const editor = open(null);
    api.create.mockRejectedValueOnce(new ApiError(422));
    await editor.save('draft');
    await editor.save('draft');
    const keys = (api.create.mock.calls as unknown as [NewShader, string][]).map(([, key]) => key);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('knows its own save whose answer was lost', async () => {
    const editor = open(shader());
    edit(editor, 'mine');
    api.update.mockRejectedValueOnce(new ApiError(0)).mockRejectedValueOnce(new ApiError(412));
    await editor.save('draft');
    const project = { params: [], passes: [{ inputs: [], code: 'mine', type: 'image' as const }] };
    api.read.mockResolvedValueOnce(shader({ project, revision: 2, version: 4 }));
    expect(await editor.save('draft')).not.toBeNull();
    expect([editor.conflict, editor.dirty, editor.revision, editor.version]).toEqual([false, false, 2, 4]);
    expect(api.update).toHaveBeenCalledTimes(2);
  });

  it('saves what was typed since over its own save whose answer was lost', async () => {
    const editor = open(shader());
    edit(editor, 'mine');
    api.update.mockRejectedValueOnce(new ApiError(0)).mockRejectedValueOnce(new ApiError(412));
    await editor.save('draft');
    const lost = setCode(newProject(), 'image', 'mine');
    edit(editor, 'mine, longer');
    api.read.mockResolvedValueOnce(shader({ project: lost, revision: 2 }));
    expect(await editor.save('draft')).not.toBeNull();
    expect(api.update).toHaveBeenLastCalledWith('7', expect.anything(), 2);
  });

  it('publishes what was saved as a draft by the same text', async () => {
    const editor = open(shader());
    api.update.mockRejectedValueOnce(new ApiError(412));
    api.read.mockResolvedValueOnce(shader({ revision: 5 }));
    await editor.save('published');
    expect(api.update).toHaveBeenLastCalledWith('7', expect.objectContaining({ status: 'published' }), 5);
  });

  it('takes what others saved for no save of its own, even after a lost answer', async () => {
    const editor = open(shader());
    edit(editor, 'mine');
    api.update.mockRejectedValueOnce(new ApiError(0)).mockRejectedValueOnce(new ApiError(412));
    await editor.save('draft');
    api.read.mockResolvedValueOnce(shader({ project: setCode(newProject(), 'image', 'theirs') }));
    expect(await editor.save('draft')).toBeNull();
    expect(editor.conflict).toBe(true);
  });
});
