/** What the server noticed of a shader's pictures, for its author. */

import type { Render } from '../api/schema';

type Warning = Render['warnings'][number];

/** Not `blank`: what is blank is not published, and its status says so. */
const TOLD = new Set<Warning['code']>([
  'smaller',
  'moved',
  'steps_skipped',
  'unbound_channel',
  'absent_buffer',
  'nan',
  'inf',
]);

/** The sentences, each once; of a render that failed none, since its status says what matters. */
export function noticedOf(render: Render | null): string[] {
  if (render?.status === 'failed') return [];
  const told = (render?.warnings ?? []).filter(({ code }) => TOLD.has(code));
  return [...new Set(told.map(({ message }) => message))];
}
