/** Unsaved edits, kept in this browser's storage so that a closed tab loses nothing. */

import type { NewShader, Project } from '../api/schema';

export type License = NonNullable<NewShader['license']>;

/** All that the editor edits. */
export interface Snapshot {
  title: string;
  description: string;
  /** As typed, with commas. */
  tags: string;
  license: License;
  project: Project;
}

export interface Autosave extends Snapshot {
  /** The version that the edits began from; 0 for a shader that was never saved. */
  version: number;
  /** When it was kept, in milliseconds since 1970. */
  keptAt: number;
}

const storageKey = (id: string | null): string => `fractafrag.work.${id ?? 'new'}`;

/** False when the browser has no room or no storage. */
export function writeAutosave(
  storage: Storage,
  id: string | null,
  edits: Snapshot,
  version: number,
): boolean {
  const autosave: Autosave = { ...edits, version, keptAt: Date.now() };
  try {
    storage.setItem(storageKey(id), JSON.stringify(autosave));
    return true;
  } catch {
    return false;
  }
}

/** Null when there is none that can be read. */
export function readAutosave(storage: Storage, id: string | null): Autosave | null {
  try {
    const found = JSON.parse(storage.getItem(storageKey(id)) ?? 'null');
    return Array.isArray(found?.project?.passes) ? (found as Autosave) : null;
  } catch {
    return null;
  }
}

export function removeAutosave(storage: Storage, id: string | null): void {
  storage.removeItem(storageKey(id));
}

const textOf = ({ title, description, tags, license, project }: Snapshot): string =>
  JSON.stringify([title, description, tags, license, project]);

export const sameSnapshot = (a: Snapshot, b: Snapshot): boolean => textOf(a) === textOf(b);
