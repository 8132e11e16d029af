/** Params of a project: the uniforms that people may turn. Every edit returns a new list. */

import type { Param, ParamValue } from './project';

export const PARAM_TYPES: Record<Param['type'], { label: string; value: ParamValue; uniform: string }> = {
  float: { label: 'Number', value: 0.5, uniform: 'float' },
  int: { label: 'Whole number', value: 1, uniform: 'int' },
  bool: { label: 'Switch', value: false, uniform: 'bool' },
  color: { label: 'Colour', value: [1, 0.5, 0.2, 1], uniform: 'vec4' },
  point2d: { label: 'Point', value: [0.5, 0.5], uniform: 'vec2' },
};

export const hasRange = (param: Param): boolean => param.type !== 'bool' && param.type !== 'color';

export const defaultOf = (param: Param): ParamValue => param.default ?? PARAM_TYPES[param.type].value;

/** From and to; of a point's given part. */
export function rangeOf(param: Param, part = 0): [number, number] {
  const at = (bound: number | number[] | undefined): number | undefined =>
    Array.isArray(bound) ? bound[part] : bound;
  return [at(param.min) ?? 0, at(param.max) ?? (param.type === 'int' ? 10 : 1)];
}

/** A bound for every part of the param's value. */
export const asBound = (param: Param, value: number): number | number[] =>
  param.type === 'point2d' ? [value, value] : value;

function freeName(params: readonly Param[]): string {
  const taken = new Set(params.map((param) => param.name));
  let number = params.length + 1;
  while (taken.has(`param${number}`)) number++;
  return `param${number}`;
}

export function addParam(params: readonly Param[]): Param[] {
  return [
    ...params,
    { name: freeName(params), type: 'float', default: PARAM_TYPES.float.value, min: 0, max: 1 },
  ];
}

/** Another type brings its own value and range; what else changes is taken as it is. */
export function changeParam(params: readonly Param[], at: number, change: Partial<Param>): Param[] {
  return params.map((param, index) => {
    if (index !== at) return param;
    const { type } = change;
    return type && type !== param.type ? ofType({ ...param, ...change }, type) : { ...param, ...change };
  });
}

function ofType({ min: _min, max: _max, ...param }: Param, type: Param['type']): Param {
  const changed: Param = { ...param, type, default: PARAM_TYPES[type].value };
  if (!hasRange(changed)) return changed;
  const [min, max] = rangeOf(changed);
  return { ...changed, min: asBound(changed, min), max: asBound(changed, max) };
}

export const removeParam = (params: readonly Param[], at: number): Param[] =>
  params.filter((_, index) => index !== at);

export const defaultsOf = (params: readonly Param[]): Record<string, ParamValue> =>
  Object.fromEntries(params.map((param) => [param.name, defaultOf(param)]));
