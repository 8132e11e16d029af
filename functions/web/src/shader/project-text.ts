/** What "Copy code" copies. */

import type { Project } from '../api/schema';
import { keyOf, labelOf, sortedPasses } from '../project/passes';

/** All code of a project as one text, each pass under its name; of a single pass, the code alone. */
export function projectText(project: Project): string {
  const passes = sortedPasses(project);
  if (passes.length === 1) return passes[0]?.code ?? '';
  return passes.map((pass) => `// ${labelOf(keyOf(pass))}\n${pass.code.trimEnd()}\n`).join('\n');
}
