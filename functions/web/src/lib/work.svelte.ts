/** What the editor is working on: the form, the project, what is saved where. */

import type { Api, Shader, ShaderDraft, Status } from './api';
import { dropWork, findWork, type KeptWork, keepWork, sameWork, type Work } from './drafts';
import { explain, fieldErrors } from './problem';
import { newProject, type Project, parseTags } from './project';

export const FIELDS = ['title', 'description', 'tags', 'license', 'project'] as const;
const KEEP_AFTER_MS = 400;

function workOf(shader: Shader | null): Work {
  if (!shader) return { title: '', description: '', tags: '', license: 'MIT', project: newProject() };
  const { title, description, tags, license, project } = shader;
  return { title, description: description ?? '', tags: tags.join(', '), license, project };
}

export class Workbench implements Work {
  title = $state('');
  description = $state('');
  tags = $state('');
  license = $state('MIT');
  project: Project = $state.raw(newProject());

  id: string | null = $state(null);
  status: Status = $state('draft');
  version = $state(0);
  /** Unsaved work of an earlier visit that is shown now; null when there is none. */
  restored: KeptWork | null = $state.raw(null);
  dirty = $state(false);
  kept = $state(true);
  saving = $state(false);
  savedAt: Date | null = $state.raw(null);
  problem = $state('');
  fields: Record<string, string> = $state.raw({});

  private readonly api: Pick<Api, 'create' | 'update'>;
  private readonly storage: Storage;
  private saved: Work;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param storage where unsaved work is kept */
  constructor(shader: Shader | null, api: Pick<Api, 'create' | 'update'>, storage: Storage) {
    this.api = api;
    this.storage = storage;
    this.saved = workOf(shader);
    this.adopt(shader);
    this.show(this.saved);
    const kept = findWork(this.storage, this.id);
    if (!kept || sameWork(kept, this.saved)) return;
    this.show(kept);
    this.restored = kept;
    this.dirty = true;
  }

  /** Somebody saved a newer version elsewhere while this work lay here. */
  get outdated(): boolean {
    return this.restored !== null && this.restored.version < this.version;
  }

  /** After any change: remembers it in this browser a moment later. */
  touch(): void {
    this.dirty = !sameWork(this, this.saved);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), KEEP_AFTER_MS);
  }

  keep(): void {
    clearTimeout(this.timer);
    if (this.dirty) this.kept = keepWork(this.storage, this.id, this.snapshot(), this.version);
    else dropWork(this.storage, this.id);
  }

  discard(): void {
    dropWork(this.storage, this.id);
    this.show(this.saved);
    this.restored = null;
    this.dirty = false;
  }

  /** Saves on the server; the shader, or null when it was refused (the reasons are in `fields` and `problem`). */
  async save(status: Status): Promise<Shader | null> {
    const sent = this.snapshot();
    this.saving = true;
    this.problem = '';
    this.fields = {};
    try {
      const shader = await this.send(status);
      this.onSaved(shader, sent);
      return shader;
    } catch (error) {
      this.fields = fieldErrors(error, FIELDS);
      this.problem =
        this.fields[''] ??
        (Object.keys(this.fields).length > 0 ? 'Some fields need a change.' : explain(error));
      return null;
    } finally {
      this.saving = false;
    }
  }

  private send(status: Status): Promise<Shader> {
    const draft: ShaderDraft = {
      title: this.title.trim() || 'Untitled',
      description: this.description.trim(),
      tags: parseTags(this.tags),
      license: this.license,
      project: { ...this.project, license: this.license },
      status,
    };
    return this.id ? this.api.update(this.id, draft) : this.api.create(draft);
  }

  /** What was typed while the answer was on its way is not saved, and stays unsaved work. */
  private onSaved(shader: Shader, sent: Work): void {
    dropWork(this.storage, this.id);
    this.adopt(shader);
    this.title ||= shader.title;
    this.saved = { ...sent, title: sent.title || shader.title };
    this.restored = null;
    this.savedAt = new Date();
    this.dirty = !sameWork(this, this.saved);
    this.keep();
  }

  private adopt(shader: Shader | null): void {
    this.id = shader?.id ?? null;
    this.status = shader?.status ?? 'draft';
    this.version = shader?.version ?? 0;
  }

  private show({ title, description, tags, license, project }: Work): void {
    Object.assign(this, { title, description, tags, license, project });
  }

  private snapshot(): Work {
    const { title, description, tags, license, project } = this;
    return { title, description, tags, license, project };
  }
}
