/** Saves a shader through the API. */

import type { NewShader, Shader } from '../api/schema';
import { call } from '../api/session.svelte';

/** Where the editor saves to. */
export interface ShaderStore {
  create(body: NewShader): Promise<Shader>;
  /** revision: the state that is changed; refused with 412 where there is a newer one. */
  update(shader: string, body: NewShader, revision: number | undefined): Promise<Shader>;
}

export const shaderStore: ShaderStore = {
  create: (body) => call('post', '/shaders', { body }),
  update: (shader, body, revision) => call('put', '/shaders/{shader}', { path: { shader }, body, revision }),
};
