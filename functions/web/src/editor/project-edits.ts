/** Edits to a project document. Every edit returns a new document. */

import type { Input, Pass, Project } from '../api/schema';
import { DEFAULT_SAMPLERS, type InputKind, LIMITS } from '../project/contract';
import { findPass, keyOf, PASS_ORDER, type PassKey, sortedPasses } from '../project/passes';
import { newPass } from './new-project';

/** The latest poster time, in seconds: with buffers, every frame up to it has to be drawn. */
export const latestPosterTime = (project: Project): number =>
  project.passes.some((pass) => pass.type === 'buffer')
    ? LIMITS.poster_time_with_buffers
    : LIMITS.poster_time;

/** Sets the poster time, to a hundredth of a second; undefined leaves the choice to the renderer. */
export function setPosterTime(project: Project, time?: number): Project {
  const { poster_time: _, ...rest } = project;
  if (time === undefined) return rest;
  return { ...rest, poster_time: Math.round(100 * Math.min(time, latestPosterTime(project))) / 100 };
}

export const missingPasses = (project: Project): PassKey[] =>
  PASS_ORDER.filter((key) => !findPass(project, key));

export function addPass(project: Project, key: PassKey): Project {
  if (findPass(project, key)) return project;
  return { ...project, passes: sortedPasses({ ...project, passes: [...project.passes, newPass(key)] }) };
}

/** Removes a pass and the inputs that read it. */
export function removePass(project: Project, key: PassKey): Project {
  if (key === 'image') return project;
  const passes = project.passes.filter((pass) => keyOf(pass) !== key);
  return { ...project, passes: passes.map((pass) => withoutSource(pass, key)) };
}

function withoutSource(pass: Pass, source: PassKey): Pass {
  if (!pass.inputs) return pass;
  return {
    ...pass,
    inputs: pass.inputs.filter((input) => input.kind !== 'buffer' || input.source !== source),
  };
}

function replacePass(project: Project, key: PassKey, change: (pass: Pass) => Pass): Project {
  return { ...project, passes: project.passes.map((pass) => (keyOf(pass) === key ? change(pass) : pass)) };
}

export const setCode = (project: Project, key: PassKey, code: string): Project =>
  replacePass(project, key, (pass) => ({ ...pass, code }));

/** Sets one channel of a pass, or frees it with null. */
export function setInput(project: Project, key: PassKey, channel: number, input: Input | null): Project {
  return replacePass(project, key, (pass) => {
    const others = (pass.inputs ?? []).filter((known) => known.channel !== channel);
    const inputs = input ? [...others, { ...input, channel }] : others;
    return { ...pass, inputs: inputs.sort((a, b) => a.channel - b.channel) };
  });
}

export function newInput(channel: number, kind: InputKind, source: string): Input {
  return { channel, kind, source, sampler: { ...DEFAULT_SAMPLERS[kind] } };
}
