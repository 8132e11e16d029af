/** Saves a shader through the API. */

import type { NewShader, Shader } from '../api/schema';
import { call } from '../api/session.svelte';

/** Where the editor saves to. */
export interface ShaderStore {
  create(body: NewShader): Promise<Shader>;
  update(shader: string, body: NewShader): Promise<Shader>;
}

export const shaderStore: ShaderStore = {
  create: (body) => call('post', '/shaders', { body }),
  update: (shader, body) => call('put', '/shaders/{shader}', { path: { shader }, body }),
};
