/** Saves a shader through the API. */

import { normaliseProject } from '$player/project.js';
import { ApiError } from '../api/problem';
import type { NewShader, Project, Shader } from '../api/schema';
import { call } from '../api/session.svelte';

/** Where the editor saves to. */
export interface ShaderStore {
  /** key: sent again with the same one nothing is created twice. */
  create(body: NewShader, key: string): Promise<Shader>;
  read(shader: string): Promise<Shader>;
  /** revision: the state that is changed; refused with 412 where there is a newer one. */
  update(shader: string, body: NewShader, revision: number | undefined): Promise<Shader>;
}

export const shaderStore: ShaderStore = {
  create: (body, key) => call('post', '/shaders', { body, key }),
  read: (shader) => call('get', '/shaders/{shader}', { path: { shader } }),
  update: (shader, body, revision) => call('put', '/shaders/{shader}', { path: { shader }, body, revision }),
};

/** A new key of something to create. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );

/**
 * Creates what may have been created already, when the answer was lost: under its key it is created once, and what was typed
 * since is saved over it.
 *
 * @param unanswered what was sent under the key before and got no answer
 */
export async function createOnce(
  store: ShaderStore,
  body: NewShader,
  key: string,
  unanswered: NewShader | null,
): Promise<Shader> {
  if (!unanswered) return store.create(body, key);
  const made = await store.create(unanswered, key);
  return isSavedAs(made, body) ? made : store.update(made.id, body, made.revision);
}

/**
 * Saves what may have been saved already: the answer to a save that was carried out can be lost on its way, and the next
 * one is then refused as if somebody else had saved meanwhile.
 *
 * @param unanswered what was sent before and got no answer
 */
export async function updateOnce(
  store: ShaderStore,
  shader: string,
  body: NewShader,
  revision: number | undefined,
  unanswered: NewShader | null,
): Promise<Shader> {
  try {
    return await store.update(shader, body, revision);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 412)) throw error;
    const found = await store.read(shader);
    if (isSavedAs(found, body)) return found;
    if (!hasWork(found, body) && !(unanswered && hasWork(found, unanswered))) throw error;
    return store.update(shader, body, found.revision);
  }
}

/** Whether nothing is left to do: also not to publish it. */
const isSavedAs = (found: Shader, sent: NewShader): boolean =>
  hasWork(found, sent) && (found.status === sent.status || Boolean(found.publication));

/** Whether its words and its project are what was sent. */
function hasWork(found: Shader, sent: NewShader): boolean {
  const { title, description, tags, license, project } = found;
  const stored = canonical([title, description, tags, license, normaliseProject(project)]);
  const wanted = [
    sent.title,
    sent.description,
    sent.tags,
    sent.license,
    normaliseProject(sent.project as Project),
  ];
  return stored === canonical(wanted);
}

/** JSON that does not depend on the order of keys, which the database does not keep. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
