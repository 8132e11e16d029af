import { expect, it } from 'vitest';
import { newProject } from '../../src/editor/new-project';
import { addPass } from '../../src/editor/project-edits';
import { projectText } from '../../src/shader/project-text';

it('copies one pass as it is and several under their names', () => {
  const project = newProject();
  expect(projectText(project)).toBe(project.passes[0]?.code);
  expect(projectText(addPass(project, 'A'))).toMatch(/^\/\/ Buffer A\n[\s\S]+\/\/ Image\n/);
});
