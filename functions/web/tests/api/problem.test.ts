import { describe, expect, it } from 'vitest';
import { ApiError, explain, fieldErrors, readProblem } from '../../src/api/problem';

describe('readProblem', () => {
  it('reads problem+json', async () => {
    const body = {
      title: 'Invalid',
      status: 422,
      detail: 'Two fields.',
      errors: [{ field: 'title', message: 'Too long.' }],
    };
    const error = await readProblem(
      new Response(JSON.stringify(body), { status: 422, headers: { 'retry-after': '7' } }),
    );
    expect(error).toMatchObject({ status: 422, detail: 'Two fields.', retryAfter: 7 });
    expect(error.fields).toEqual([{ field: 'title', message: 'Too long.' }]);
  });

  it.each(['<html>', 'null', '[]', '{"errors": "x"}'])('survives a body like %s', async (body) => {
    const error = await readProblem(new Response(body, { status: 502 }));
    expect(error).toMatchObject({ status: 502, fields: [], retryAfter: null });
  });
});

describe('explain', () => {
  it.each([
    [new ApiError(0), /cannot be reached/],
    [new ApiError(401), /sign in/],
    [new ApiError(404), /not here/],
    [new ApiError(413), /too large/],
    [new ApiError(429, {}, 12), /12 seconds/],
    [new ApiError(503, {}, 1), /1 second\b/],
    [new ApiError(500), /a moment/],
    [new ApiError(422, { title: 'Invalid', detail: 'The code is empty.' }), /^The code is empty\.$/],
    [new ApiError(418, { title: 'Teapot' }), /^Teapot$/],
    [new TypeError('x is undefined'), /Reload/],
  ])('says what to do about %s', (error, sentence) => {
    expect(explain(error)).toMatch(sentence);
  });
});

describe('fieldErrors', () => {
  const error = new ApiError(422, {
    errors: [
      { field: 'title', message: 'Too long.' },
      { field: 'title', message: 'No tabs.' },
      { field: 'project.passes.0.code', message: 'Empty.' },
      { field: 'tags.0', message: 'Too odd.' },
      { field: 'titles', message: 'Unknown.' },
      { field: '', message: 'All wrong.' },
    ],
  });

  it('puts messages to the fields of the form, and the rest together', () => {
    expect(fieldErrors(error, ['title', 'project', 'tags'])).toEqual({
      title: 'Too long. No tabs.',
      project: 'passes.0.code: Empty.',
      tags: 'Too odd.',
      '': 'titles: Unknown. All wrong.',
    });
  });

  it('is empty for anything but a refusal', () => {
    expect(fieldErrors(new Error('x'), ['title'])).toEqual({});
  });
});
