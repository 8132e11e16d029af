/** The shader that is edited: its fields, its project, whether it is saved, and what was wrong with saving it. */

import { ApiError, explain, fieldErrors } from '../api/problem';
import type { NewShader, Project, Shader } from '../api/schema';
import {
  type Autosave,
  type License,
  readAutosave,
  removeAutosave,
  type Snapshot,
  sameSnapshot,
  writeAutosave,
} from './autosave';
import { newProject } from './new-project';
import { createOnce, newKey, type ShaderStore, updateOnce } from './save-shader';
import { parseTags } from './tags';

/** What an author can save a shader as. */
export type SaveAs = NonNullable<NewShader['status']>;

const FIELDS = ['title', 'description', 'tags', 'license', 'project'] as const;
const AUTOSAVE_AFTER_MS = 400;
const NEW_LICENSE: License = 'MIT';

function snapshotOf(shader: Shader | null): Snapshot {
  if (!shader) return { title: '', description: '', tags: '', license: NEW_LICENSE, project: newProject() };
  const { title, description, tags, license, project } = shader;
  return {
    title,
    description: description ?? '',
    tags: tags.join(', '),
    license: license as License,
    project,
  };
}

export class EditorState implements Snapshot {
  title = $state('');
  description = $state('');
  tags = $state('');
  license: License = $state(NEW_LICENSE);
  project: Project = $state.raw(newProject());

  id: string | null = $state(null);
  status: Shader['status'] = $state('draft');
  version = $state(0);
  /** Unsaved edits of an earlier visit that are shown now; null when there are none. */
  restored: Autosave | null = $state.raw(null);
  /** Whether there are edits that the server does not have. */
  dirty = $state(false);
  /** Whether this browser could keep the unsaved edits. */
  autosaved = $state(true);
  /** Counts saves on the server; undefined: whatever is there is saved over. */
  revision: number | undefined;
  /** Whether it was saved elsewhere since it was opened here, so that it was not saved. */
  conflict = $state(false);
  /** What it was to be saved as then. */
  refusedAs: SaveAs = 'draft';
  saving = $state(false);
  savedAt: Date | null = $state.raw(null);
  problem = $state('');
  /** Field -> what is wrong with it. */
  fields: Record<string, string> = $state.raw({});

  private readonly store: ShaderStore;
  private readonly storage: Storage;
  private saved: Snapshot;
  /** What was sent and got no answer: it may have been saved. */
  private unanswered: NewShader | null = null;
  /** Of the first save of a shader, until that is answered. */
  private key = newKey();
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param storage where unsaved edits are kept */
  constructor(shader: Shader | null, store: ShaderStore, storage: Storage) {
    this.store = store;
    this.storage = storage;
    this.saved = snapshotOf(shader);
    this.setShader(shader);
    this.show(this.saved);
    const autosave = readAutosave(this.storage, this.id);
    if (!autosave || sameSnapshot(autosave, this.saved)) return;
    this.show(autosave);
    this.restored = autosave;
    this.dirty = true;
  }

  /** Whether a newer version was saved elsewhere after the restored edits began. */
  get outdated(): boolean {
    return this.restored !== null && this.restored.version < this.version;
  }

  /** To be called after any change: keeps it in this browser a moment later. */
  onChange(): void {
    this.dirty = !sameSnapshot(this, this.saved);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.autosave(), AUTOSAVE_AFTER_MS);
  }

  /** Keeps unsaved edits in this browser now. */
  autosave(): void {
    clearTimeout(this.timer);
    if (this.dirty) this.autosaved = writeAutosave(this.storage, this.id, this.snapshot(), this.version);
    else removeAutosave(this.storage, this.id);
  }

  /** Goes back to what is saved. */
  discard(): void {
    removeAutosave(this.storage, this.id);
    this.show(this.saved);
    this.restored = null;
    this.dirty = false;
  }

  /** Saves on the server; the shader, or null when it was refused (the reasons are in `fields` and `problem`). */
  async save(status: SaveAs): Promise<Shader | null> {
    const sent = this.snapshot();
    this.saving = true;
    this.problem = '';
    this.fields = {};
    this.conflict = false;
    this.refusedAs = status;
    try {
      const shader = await this.send(status);
      this.onSaved(shader, sent);
      return shader;
    } catch (error) {
      this.onRefused(error);
      return null;
    } finally {
      this.saving = false;
    }
  }

  private async send(status: SaveAs): Promise<Shader> {
    const body = this.bodyOf(status);
    try {
      return await (this.id
        ? updateOnce(this.store, this.id, body, this.revision, this.unanswered)
        : createOnce(this.store, body, this.key, this.unanswered));
    } catch (error) {
      if (error instanceof ApiError) this.onFailed(error.status, body);
      throw error;
    }
  }

  /** What got no answer may have been saved. A shader to create is sent again as it was; a refused one is another request. */
  private onFailed(status: number, body: NewShader): void {
    const answered = status > 0 && status < 500;
    if (!answered) this.unanswered = this.id ? body : (this.unanswered ?? body);
    if (answered && !this.id) {
      this.unanswered = null;
      this.key = newKey();
    }
  }

  private bodyOf(status: SaveAs): NewShader {
    return {
      title: this.title.trim() || 'Untitled',
      description: this.description.trim(),
      tags: parseTags(this.tags),
      license: this.license,
      project: this.project,
      status,
    };
  }

  /** What was typed while the request was under way is not saved, and stays unsaved. */
  private onSaved(shader: Shader, sent: Snapshot): void {
    removeAutosave(this.storage, this.id);
    this.unanswered = null;
    this.setShader(shader);
    this.title ||= shader.title;
    this.saved = { ...sent, title: sent.title || shader.title };
    this.restored = null;
    this.savedAt = new Date();
    this.dirty = !sameSnapshot(this, this.saved);
    this.autosave();
  }

  private onRefused(error: unknown): void {
    this.conflict = error instanceof ApiError && error.status === 412;
    if (this.conflict) return;
    this.fields = fieldErrors(error, FIELDS);
    const named = Object.keys(this.fields).length > 0;
    this.problem = this.fields[''] ?? (named ? 'Some fields need a change.' : explain(error));
  }

  private setShader(shader: Shader | null): void {
    this.id = shader?.id ?? null;
    this.status = shader?.status ?? 'draft';
    this.version = shader?.version ?? 0;
    this.revision = shader?.revision;
  }

  private show({ title, description, tags, license, project }: Snapshot): void {
    Object.assign(this, { title, description, tags, license, project });
  }

  private snapshot(): Snapshot {
    const { title, description, tags, license, project } = this;
    return { title, description, tags, license, project };
  }
}
