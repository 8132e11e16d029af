/** What a new shader, and each kind of new pass, begins with. */

import type { Pass, Project } from '../api/schema';
import type { PassKey } from '../project/passes';

const IMAGE = `void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    // From -1 to 1 on the shorter side, whatever the shape of the picture.
    vec2 p = (2.0 * fragCoord - iResolution.xy) / min(iResolution.x, iResolution.y);

    float rings = sin(12.0 * length(p) - 2.0 * iTime);
    vec3 tint = 0.5 + 0.5 * cos(iTime * 0.4 + p.xyx + vec3(0.0, 2.0, 4.0));
    float glow = 0.04 / abs(rings * 0.5 + 0.3 * sin(3.0 * atan(p.y, p.x) + iTime));

    fragColor = vec4(tint * glow, 1.0);
}
`;

const BUFFER = `void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 uv = fragCoord / iResolution.xy;
    fragColor = vec4(uv, 0.5 + 0.5 * sin(iTime), 1.0);
}
`;

const COMMON = `// What stands here is put in front of every pass.
const float PI = 3.14159265;
`;

export const newProject = (): Project => ({ passes: [newPass('image')], params: [] });

export function newPass(key: PassKey): Pass {
  if (key === 'common') return { type: 'common', code: COMMON };
  if (key === 'image') return { type: 'image', code: IMAGE, inputs: [] };
  return { type: 'buffer', name: key, code: BUFFER, inputs: [] };
}
