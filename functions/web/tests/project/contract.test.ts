import { describe, expect, it } from 'vitest';
import { normaliseProject } from '$player/project.js';
import { setParams } from '$player/uniforms.js';
import contract from '$project/contract.json';
import type { Input, Param } from '../../src/api/schema';
import { newProject } from '../../src/editor/new-project';
import { newInput, setInput } from '../../src/editor/project-edits';
import { DEFAULT_SAMPLERS, type InputKind, PARAM_TYPES, samplerOf } from '../../src/project/contract';
import { defaultOf } from '../../src/project/params';

/** The sampler that the player reads an input with. */
const played = (input: Input) =>
  normaliseProject(setInput(newProject(), 'image', input.channel, input)).passes[0].inputs[0].sampler;

describe.each([
  ['texture', 'wood'],
  ['buffer', 'A'],
  ['keyboard', ''],
] as const)('an input of kind %s', (kind, source) => {
  it('begins with the sampler that the player would take by itself', () => {
    expect(newInput(0, kind, source).sampler).toEqual(contract.inputs[kind]);
    expect(played({ channel: 0, kind, source })).toEqual(contract.inputs[kind]);
  });

  it('shows a partial sampler as the player reads it', () => {
    const input: Input = { channel: 0, kind, source, sampler: { wrap: 'mirror' } };
    expect(samplerOf(input)).toEqual({ ...contract.inputs[kind], wrap: 'mirror' });
    expect(samplerOf(input)).toEqual(played(input));
  });
});

/** What the player gives to the uniform of a param. */
function uniformOf(param: Param): unknown {
  let seen: unknown;
  const take = (_: unknown, value: unknown) => {
    seen = value;
  };
  const gl = { uniform1f: take, uniform1i: take, uniform2fv: take, uniform4fv: take };
  setParams(gl, new Map([[param.name, {}]]), [{ default: undefined, ...param }], {});
  return seen;
}

it.each(PARAM_TYPES)('shows a %s without a default as the player draws it', (type) => {
  const value = defaultOf({ name: 'p', type });
  expect(uniformOf({ name: 'p', type })).toEqual(typeof value === 'boolean' ? Number(value) : value);
});

it('is not changed by editing an input that was made from it', () => {
  const kinds = Object.keys(DEFAULT_SAMPLERS) as InputKind[];
  for (const kind of kinds) expect(newInput(0, kind, '').sampler).not.toBe(DEFAULT_SAMPLERS[kind]);
});
