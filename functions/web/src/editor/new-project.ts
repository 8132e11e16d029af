/** What a new shader, and each kind of new pass, begins with. */

import template from '$project/template.json';
import type { Pass, Project } from '../api/schema';
import type { PassKey } from '../project/passes';

const BUFFER = `void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = fragCoord / iResolution.xy;
    fragColor = vec4(uv, 0.5 + 0.5 * sin(iTime), 1.0);
}
`;

const COMMON = `// What stands here is put in front of every pass.
const float PI = 3.14159265;
`;

/** The template: nobody publishes it as it is. */
export const newProject = (): Project => structuredClone(template) as Project;

export function newPass(key: PassKey): Pass {
  if (key === 'common') return { type: 'common', code: COMMON };
  if (key === 'image') return newProject().passes[0] as Pass;
  return { type: 'buffer', name: key, code: BUFFER, inputs: [] };
}
