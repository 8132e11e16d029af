/** Unsaved work, kept in this browser so that a closed tab loses nothing. */

import type { Project } from './project';

export interface Work {
  title: string;
  description: string;
  tags: string;
  license: string;
  project: Project;
}

export interface KeptWork extends Work {
  /** The version that the work began from; 0 for a shader that was never saved. */
  version: number;
  keptAt: number;
}

const key = (id: string | null): string => `fractafrag.work.${id ?? 'new'}`;

/** False when the browser has no room or no storage: the page then says so. */
export function keepWork(storage: Storage, id: string | null, work: Work, version: number): boolean {
  const kept: KeptWork = { ...work, version, keptAt: Date.now() };
  try {
    storage.setItem(key(id), JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

export function findWork(storage: Storage, id: string | null): KeptWork | null {
  try {
    const kept = JSON.parse(storage.getItem(key(id)) ?? 'null');
    return Array.isArray(kept?.project?.passes) ? (kept as KeptWork) : null;
  } catch {
    return null;
  }
}

export function dropWork(storage: Storage, id: string | null): void {
  storage.removeItem(key(id));
}

const plain = ({ title, description, tags, license, project }: Work): string =>
  JSON.stringify([title, description, tags, license, project]);

export const sameWork = (a: Work, b: Work): boolean => plain(a) === plain(b);
