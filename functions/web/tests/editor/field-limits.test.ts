import { expect, it } from 'vitest';
import openapi from '../../../docs/openapi.json';
import { FIELD_LIMITS } from '../../src/editor/field-limits';

it.each(Object.entries(FIELD_LIMITS))('the longest %s is what the API takes', (name, limit) => {
  const fields: Record<string, object> = openapi.components.schemas.NewShader.properties;
  expect(fields[name]).toMatchObject({ maxLength: limit });
});
