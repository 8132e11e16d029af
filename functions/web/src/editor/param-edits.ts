/** Edits to the params of a project. Every edit returns a new list. */

import type { Param } from '../api/schema';
import type { ParamType } from '../project/contract';
import { hasRange, type ParamValue, rangeOf } from '../project/params';

/** How each type is named in the editor, and the type of its uniform. */
export const PARAM_TYPE_LABELS: Readonly<Record<ParamType, { label: string; uniform: string }>> = {
  float: { label: 'Number', uniform: 'float' },
  int: { label: 'Whole number', uniform: 'int' },
  bool: { label: 'Switch', uniform: 'bool' },
  color: { label: 'Colour', uniform: 'vec4' },
  point2d: { label: 'Point', uniform: 'vec2' },
};

/** The default of a new param, or of one whose type was changed. */
const INITIAL_VALUES: Readonly<Record<ParamType, ParamValue>> = {
  float: 0.5,
  int: 1,
  bool: false,
  color: [1, 0.5, 0.2, 1],
  point2d: [0.5, 0.5],
};

/** A bound as the document has it: for a point, the same for both coordinates. */
export const boundOf = (param: Param, value: number): number | number[] =>
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
    { name: freeName(params), type: 'float', default: INITIAL_VALUES.float, min: 0, max: 1 },
  ];
}

/** Changes one param; another type brings its own default and range. */
export function changeParam(params: readonly Param[], at: number, change: Partial<Param>): Param[] {
  return params.map((param, index) => {
    if (index !== at) return param;
    const { type } = change;
    return type && type !== param.type ? withType({ ...param, ...change }, type) : { ...param, ...change };
  });
}

function withType({ min: _min, max: _max, ...param }: Param, type: ParamType): Param {
  const changed: Param = { ...param, type, default: INITIAL_VALUES[type] };
  if (!hasRange(changed)) return changed;
  const [min, max] = rangeOf(changed);
  return { ...changed, min: boundOf(changed, min), max: boundOf(changed, max) };
}

export const removeParam = (params: readonly Param[], at: number): Param[] =>
  params.filter((_, index) => index !== at);
