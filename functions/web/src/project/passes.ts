/** Passes of a project: their keys, their order, and what they are called on the page. */

import type { Input, Pass, Project } from '../api/schema';
import { BUFFERS, type BufferName } from './contract';

/** Names a pass within its project: a buffer's letter, or the type of the two that exist once. */
export type PassKey = Exclude<Pass['type'], 'buffer'> | BufferName;

export const PASS_ORDER: readonly PassKey[] = ['common', ...BUFFERS, 'image'];

export const keyOf = (pass: Pass): PassKey => (pass.type === 'buffer' ? (pass.name ?? 'A') : pass.type);

/** @param key a PassKey; also what a compile error says as its pass */
export function labelOf(key: string): string {
  if (key === 'common') return 'Common';
  return key === 'image' ? 'Image' : `Buffer ${key}`;
}

/** Passes as tabs show them: Common, the buffers, the image last. */
export function sortedPasses(project: Project): Pass[] {
  return [...project.passes].sort((a, b) => PASS_ORDER.indexOf(keyOf(a)) - PASS_ORDER.indexOf(keyOf(b)));
}

export const findPass = (project: Project, key: PassKey): Pass | undefined =>
  project.passes.find((pass) => keyOf(pass) === key);

export const inputAt = (pass: Pass | undefined, channel: number): Input | undefined =>
  pass?.inputs?.find((input) => input.channel === channel);
