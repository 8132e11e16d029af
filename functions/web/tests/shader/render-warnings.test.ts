import { expect, it } from 'vitest';
import type { Render } from '../../src/api/schema';
import { noticedOf } from '../../src/shader/render-warnings';

const render = (status: Render['status']): Render => ({
  id: '1',
  status,
  preview: 'none',
  errors: [],
  frames: [],
  clip: null,
  warnings: [
    { code: 'nan', message: '12 pixels are NaN.' },
    { code: 'blank', message: 'One colour all over.' },
    { code: 'nan', message: '12 pixels are NaN.' },
    { code: 'smaller', message: 'Drawn at 320 x 180.' },
  ],
});

it('tells each warning once, and not what the status says', () => {
  expect(noticedOf(render('ready'))).toEqual(['12 pixels are NaN.', 'Drawn at 320 x 180.']);
  expect(noticedOf(render('failed'))).toEqual([]);
  expect(noticedOf(null)).toEqual([]);
});
