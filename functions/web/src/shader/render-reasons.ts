/** Why a shader has no picture, in a sentence for its author. */

const REASONS: Record<string, string> = {
  compile_error: 'The code does not compile, so there is no picture.',
  deadline: 'It takes longer than this server draws: fewer steps or loops would help.',
  too_heavy: 'It is too heavy for this server.',
  browser_lost: 'The renderer lost this shader, even on a second try. Publish it again to try once more.',
  renderer_lost: 'The renderer lost this shader, even on a second try. Publish it again to try once more.',
  refused: 'The renderer refused this shader.',
};

/** A sentence for the reason of a failure; `detail` is the server's own, said where there is none of ours or as well. */
export function refusalOf(reason: string | undefined, detail: string | null | undefined): string {
  const ours = REASONS[reason ?? ''];
  if (!ours) return detail || 'Rendering failed.';
  return detail && reason !== 'compile_error' ? `${ours} ${detail}` : ours;
}
