/** What the editor is working on: the form, the project, what is saved where. */

import type { Shader, ShaderDraft, Status } from './api';
import { dropWork, findWork, type KeptWork, keepWork, sameWork, type Work } from './drafts';
import { explain, fieldErrors } from './problem';
import { newProject, type Project, parseTags } from './project';
import { api } from './session.svelte';

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

  private saved: Work;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(shader: Shader | null) {
    this.saved = workOf(shader);
    this.adopt(shader);
    this.show(this.saved);
    const kept = findWork(localStorage, this.id);
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
    if (this.dirty) this.kept = keepWork(localStorage, this.id, this.snapshot(), this.version);
    else dropWork(localStorage, this.id);
  }

  discard(): void {
    dropWork(localStorage, this.id);
    this.show(this.saved);
    this.restored = null;
    this.dirty = false;
  }

  /** Saves on the server; the shader, or null when it was refused (the reasons are in `fields` and `problem`). */
  async save(status: Status): Promise<Shader | null> {
    this.saving = true;
    this.problem = '';
    this.fields = {};
    try {
      const shader = await this.send(status);
      this.onSaved(shader);
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
    return this.id ? api.update(this.id, draft) : api.create(draft);
  }

  private onSaved(shader: Shader): void {
    clearTimeout(this.timer);
    dropWork(localStorage, this.id);
    this.adopt(shader);
    this.title ||= shader.title;
    this.saved = this.snapshot();
    this.restored = null;
    this.dirty = false;
    this.savedAt = new Date();
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
