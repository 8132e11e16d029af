import { describe, expect, it } from 'vitest';
import type { Project } from '../../src/api/schema';
import { newProject } from '../../src/editor/new-project';
import {
  addPass,
  missingPasses,
  newInput,
  removePass,
  setCode,
  setInput,
  setPosterTime,
} from '../../src/editor/project-edits';
import { findPass, inputAt, keyOf, type PassKey, sortedPasses } from '../../src/project/passes';

const keys = (project: Project): PassKey[] => sortedPasses(project).map(keyOf);
const full = (): Project => (['D', 'A', 'common', 'C', 'B'] as const).reduce<Project>(addPass, newProject());

describe('passes', () => {
  it('start with an image', () => {
    expect(keys(newProject())).toEqual(['image']);
  });

  it('stand in the order in which they run', () => {
    expect(keys(full())).toEqual(['common', 'A', 'B', 'C', 'D', 'image']);
    expect(missingPasses(full())).toEqual([]);
    expect(missingPasses(newProject())).toEqual(['common', 'A', 'B', 'C', 'D']);
  });

  it('are never there twice', () => {
    const project = addPass(newProject(), 'A');
    expect(addPass(project, 'A')).toBe(project);
    expect(addPass(project, 'image')).toBe(project);
  });

  it('take the channels that read them along when they go', () => {
    let project = full();
    project = setInput(project, 'image', 0, newInput(0, 'buffer', 'A'));
    project = setInput(project, 'image', 1, newInput(1, 'texture', 'wood'));
    project = setInput(project, 'B', 2, newInput(2, 'buffer', 'A'));
    const left = removePass(project, 'A');
    expect(keys(left)).not.toContain('A');
    expect(findPass(left, 'image')?.inputs).toEqual([newInput(1, 'texture', 'wood')]);
    expect(findPass(left, 'B')?.inputs).toEqual([]);
  });

  it('always keep the image', () => {
    const project = newProject();
    expect(removePass(project, 'image')).toBe(project);
  });
});

describe('edits', () => {
  it('leave the document they were made from as it was', () => {
    const project = full();
    const before = JSON.stringify(project);
    setCode(project, 'image', 'new');
    setInput(project, 'A', 0, newInput(0, 'keyboard', ''));
    removePass(project, 'B');
    expect(JSON.stringify(project)).toBe(before);
  });

  it('change the code of one pass', () => {
    const project = setCode(full(), 'B', 'changed');
    expect(findPass(project, 'B')?.code).toBe('changed');
    expect(project.passes.filter((pass) => pass.code === 'changed')).toHaveLength(1);
  });

  it('keep one input a channel, in order, and free it again', () => {
    let project = setInput(newProject(), 'image', 3, newInput(3, 'texture', 'wood'));
    project = setInput(project, 'image', 0, newInput(0, 'keyboard', ''));
    project = setInput(project, 'image', 3, newInput(3, 'texture', 'stone'));
    expect(findPass(project, 'image')?.inputs?.map((input) => [input.channel, input.source])).toEqual([
      [0, ''],
      [3, 'stone'],
    ]);
    project = setInput(project, 'image', 0, null);
    expect(inputAt(findPass(project, 'image'), 0)).toBeUndefined();
  });

  it('keep what they do not know', () => {
    const project = { ...newProject(), credits: 'somebody', origin: { id: 'x' } };
    expect(setCode(project, 'image', '')).toMatchObject({ credits: 'somebody', origin: { id: 'x' } });
  });
});

describe('the poster', () => {
  it('is taken at a moment, to a hundredth and no later than can be', () => {
    expect(setPosterTime(newProject(), 2.34567).poster_time).toBe(2.35);
    expect(setPosterTime(newProject(), 90).poster_time).toBe(60);
  });

  it('is chosen by itself again', () => {
    expect('poster_time' in setPosterTime({ ...newProject(), poster_time: 3 })).toBe(false);
  });
});
