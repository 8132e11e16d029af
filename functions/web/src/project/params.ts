/** Params of a project: uniforms that the viewer can change. Their values, defaults and ranges. */

import type { Param } from '../api/schema';
import type { ParamType } from './contract';

/** A number, a switch's state, or the parts of a colour (RGBA, 0 to 1) or point. */
export type ParamValue = number | boolean | number[];
export type ParamValues = Record<string, ParamValue>;

/** What the player takes for a param that has no default. */
const WITHOUT_DEFAULT: Readonly<Record<ParamType, ParamValue>> = {
  float: 0,
  int: 0,
  bool: false,
  color: [0, 0, 0, 1],
  point2d: [0, 0],
};

export const hasRange = (param: Param): boolean => param.type !== 'bool' && param.type !== 'color';

export const defaultOf = (param: Param): ParamValue =>
  (param.default as ParamValue | undefined) ?? WITHOUT_DEFAULT[param.type];

/** Smallest and largest value; of a point, those of one of its coordinates. */
export function rangeOf(param: Param, coordinate = 0): [number, number] {
  const at = (bound: unknown): number | undefined =>
    Array.isArray(bound) ? bound[coordinate] : (bound as number | undefined);
  return [at(param.min) ?? 0, at(param.max) ?? (param.type === 'int' ? 10 : 1)];
}

export const defaultsOf = (params: readonly Param[]): ParamValues =>
  Object.fromEntries(params.map((param) => [param.name, defaultOf(param)]));
