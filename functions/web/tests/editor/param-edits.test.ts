import { describe, expect, it } from 'vitest';
import type { Param } from '../../src/api/schema';
import { addParam, changeParam, removeParam } from '../../src/editor/param-edits';

const speed: Param = { name: 'speed', type: 'float', label: 'Speed', default: 2, min: 0, max: 4 };

describe('params', () => {
  it('get a name of their own', () => {
    const two = addParam(addParam([]));
    expect(two.map((param) => param.name)).toEqual(['param1', 'param2']);
    expect(addParam(removeParam(two, 0)).map((param) => param.name)).toEqual(['param2', 'param3']);
  });

  it('keep their range and value through a change of name', () => {
    expect(changeParam([speed], 0, { name: 'pace' })).toEqual([{ ...speed, name: 'pace' }]);
  });

  it('take value and range of another type', () => {
    const [colour] = changeParam([speed], 0, { type: 'color' });
    expect(colour).toEqual({ name: 'speed', label: 'Speed', type: 'color', default: [1, 0.5, 0.2, 1] });
    expect(changeParam([speed], 0, { type: 'int' })[0]).toMatchObject({ default: 1, min: 0, max: 10 });
    expect(changeParam([speed], 0, { type: 'float' })[0]).toEqual(speed);
    expect(changeParam([speed], 0, { type: 'point2d' })[0]).toMatchObject({ min: [0, 0], max: [1, 1] });
  });

  it('change one of many, and leave the list they came from', () => {
    const params = addParam([speed]);
    const changed = changeParam(params, 1, { default: 0.1 });
    expect(changed[0]).toBe(speed);
    expect(changed[1]?.default).toBe(0.1);
    expect(params[1]?.default).toBe(0.5);
  });
});
