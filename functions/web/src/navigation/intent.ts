/** What somebody wanted to do when they were sent to sign in: kept for this tab, and carried out once they are back. */

/** An action on a shader; `shader` is its id, or null for one that is not saved yet. */
export type Intent =
  | { action: 'fork'; shader: string }
  | { action: 'vote'; shader: string; value: 1 | -1 }
  | { action: 'save'; shader: string | null; status: 'draft' | 'published' };

type Action = Intent['action'];

const KEY = 'fractafrag.intent';
/** What was wanted longer ago than this is forgotten: nobody expects it any more. */
const LIFETIME_MS = 30 * 60_000;

export function keepIntent(intent: Intent, storage: Storage = sessionStorage, now = Date.now()): void {
  try {
    storage.setItem(KEY, JSON.stringify({ ...intent, at: now }));
  } catch {
    // Without storage the person presses the button again.
  }
}

/** The intent, once, if it is this action on this shader. */
export function takeIntent<A extends Action>(
  action: A,
  shader: string | null,
  storage: Storage = sessionStorage,
  now = Date.now(),
): Extract<Intent, { action: A }> | null {
  const kept = readIntent(storage, now);
  if (kept?.action !== action || kept.shader !== shader) return null;
  dropIntent(storage);
  return kept as Extract<Intent, { action: A }>;
}

/** To be called where somebody goes elsewhere instead of signing in: it would come as a surprise later. */
export function dropIntent(storage: Storage = sessionStorage): void {
  try {
    storage.removeItem(KEY);
  } catch {
    // Without storage there is none.
  }
}

/** Whether anything waits to be carried out: whoever is sent to sign in for it is most likely new. */
export const hasIntent = (storage: Storage = sessionStorage, now = Date.now()): boolean =>
  readIntent(storage, now) !== null;

/** What is kept, unless it is too old or nothing that can be read. */
function readIntent(storage: Storage, now: number): Intent | null {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? 'null');
    return now - kept?.at < LIFETIME_MS ? kept : null;
  } catch {
    return null;
  }
}
