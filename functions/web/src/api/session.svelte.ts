/** Who is signed in, and the API client that every page uses; the access token stays inside the client. */

import { Client } from './client';
import { createCall } from './endpoints';
import type { SignedIn, User } from './schema';

/** Key in localStorage that says only that a refresh is worth a request: no secret. */
const SIGNED_IN_KEY = 'fractafrag.signed-in';

/** Key in localStorage that says that somebody has signed in here before. */
const KNOWN_KEY = 'fractafrag.known';

/** Whether nobody has ever signed in with this browser, as far as it remembers. */
export const isNewcomer = (): boolean => localStorage.getItem(KNOWN_KEY) === null;

class SessionState {
  user: User | null = $state(null);
  /** False until it is known whether somebody is signed in. */
  known = $state(false);
}

export const session = new SessionState();

const client = new Client({ onSession: storeSession });
/** Calls an operation of the API as whoever is signed in. */
export const call = createCall(client);

function storeSession(next: SignedIn | null): void {
  session.user = next?.user ?? null;
  session.known = true;
  if (next) localStorage.setItem(KNOWN_KEY, '1');
  if (next) localStorage.setItem(SIGNED_IN_KEY, '1');
  else localStorage.removeItem(SIGNED_IN_KEY);
}

/** While the server is away the page goes on signed out, and asks again a little later. */
export async function restoreSession(delays: readonly number[] = [2000, 8000, 30_000]): Promise<void> {
  try {
    if (localStorage.getItem(SIGNED_IN_KEY) && !session.user) await client.refresh();
  } catch {
    const [next, ...later] = delays;
    if (next) setTimeout(() => restoreSession(later), next);
  } finally {
    session.known = true;
  }
}

export const setSession = (next: SignedIn): void => client.setSession(next);

export async function signOut(): Promise<void> {
  await call('post', '/auth/logout');
  client.setSession(null);
}

/** Another tab signed out: this one follows. */
export function followOtherTabs(): () => void {
  const listen = (event: StorageEvent): void => {
    if (event.key === SIGNED_IN_KEY && event.newValue === null && session.user) client.setSession(null);
  };
  addEventListener('storage', listen);
  return () => removeEventListener('storage', listen);
}
