/** Who is signed in, for the whole page; the token itself stays inside the client. */

import { createApi } from './api';
import { createClient, type Session, type User } from './http';

// Only says that asking for a refresh is worth a request; it is no secret and proves nothing.
const HINT = 'fractafrag.signed-in';

class SessionState {
  user: User | null = $state(null);
  /** False until it is known whether somebody is signed in. */
  known = $state(false);
}

export const session = new SessionState();

const client = createClient({ onSession: remember });
export const api = createApi(client);

function remember(next: Session | null): void {
  session.user = next?.user ?? null;
  session.known = true;
  if (next) localStorage.setItem(HINT, '1');
  else localStorage.removeItem(HINT);
}

/** While the server is away the page goes on signed out, and asks again a little later. */
export async function restoreSession(delays: readonly number[] = [2000, 8000, 30_000]): Promise<void> {
  try {
    if (localStorage.getItem(HINT) && !session.user) await client.refresh();
  } catch {
    const [next, ...later] = delays;
    if (next) setTimeout(() => restoreSession(later), next);
  } finally {
    session.known = true;
  }
}

export const adoptSession = (next: Session): void => client.adopt(next);

export async function signOut(): Promise<void> {
  await api.logout();
  client.adopt(null);
}

/** Another tab signed out: this one follows. */
export function followOtherTabs(): () => void {
  const listen = (event: StorageEvent): void => {
    if (event.key === HINT && event.newValue === null && session.user) client.adopt(null);
  };
  addEventListener('storage', listen);
  return () => removeEventListener('storage', listen);
}
