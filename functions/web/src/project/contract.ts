/** The contract of the project document (shared/project/contract.json) with the types of the API. */

import contract from '$project/contract.json';
import type { Input, Param, Pass, Sampler } from '../api/schema';

export type BufferName = NonNullable<Pass['name']>;
export type InputKind = Input['kind'];
export type Filter = NonNullable<Sampler['filter']>;
export type Wrap = NonNullable<Sampler['wrap']>;
export type ParamType = Param['type'];

export const BUFFERS = contract.buffers as readonly BufferName[];
export const CHANNELS: readonly number[] = contract.channels;
export const TEXTURES: readonly string[] = contract.textures;
export const FILTERS = contract.filters as readonly Filter[];
export const WRAPS = contract.wraps as readonly Wrap[];
export const PARAM_TYPES = Object.keys(contract.params.types) as readonly ParamType[];
export const LIMITS = contract.limits;

/** Kind of input -> the sampler that it has where the document says nothing. */
export const DEFAULT_SAMPLERS = contract.inputs as Readonly<Record<InputKind, Required<Sampler>>>;

/** The whole sampler of an input: what the document leaves out is the default of its kind. */
export const samplerOf = ({ kind, sampler }: Input): Required<Sampler> => ({
  ...DEFAULT_SAMPLERS[kind],
  ...sampler,
});
