/** The address bar as reactive state: navigation without a page load, Back to the same scroll position. */

import { tick } from 'svelte';
import { findRoute, isOurs, type Route } from './router';

class Place {
  path = $state(location.pathname);
  search = $state(location.search);
  /** Counts the pages shown: another number means a fresh page. */
  visit = $state(0);
  route: Route = $derived(findRoute(this.path));
  query = $derived(new URLSearchParams(this.search));
}

export const place = new Place();

const scrolls = new Map<number, number>();
let entry = 0;

/** Where Back should scroll to; a page that fills itself later reads it once it is tall enough. */
let wantedScroll: number | null = null;

/** The path of the page shown; after `rename` it differs from what the page was opened by. */
let shown = location.pathname;

/** Takes over the address bar; true when that means another page. */
function read(): boolean {
  const another = location.pathname !== shown;
  shown = location.pathname;
  place.path = location.pathname;
  place.search = location.search;
  if (another) place.visit++;
  return another;
}

/** The page shown got an address of its own, as a new shader does by its first save; it stays as it is. */
export function rename(path: string): void {
  shown = path;
  history.replaceState(history.state, '', path);
}

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  scrolls.set(entry, scrollY);
  if (options.replace) history.replaceState({ entry }, '', to);
  else history.pushState({ entry: ++entry }, '', to);
  wantedScroll = null;
  if (read()) void arrive(0);
}

async function arrive(top: number): Promise<void> {
  await tick();
  scrollTo({ top, behavior: 'instant' });
  document.getElementById('main')?.focus({ preventScroll: true });
}

/** Called by a page whose content has arrived, to finish a Back. */
export async function settleScroll(): Promise<void> {
  if (wantedScroll === null) return;
  const top = wantedScroll;
  wantedScroll = null;
  await tick();
  scrollTo({ top, behavior: 'instant' });
}

function onPop(event: PopStateEvent): void {
  // A jump within the page, not one between pages: those all have a state.
  if (!event.state) return;
  scrolls.set(entry, scrollY);
  entry = Number(event.state.entry ?? 0);
  wantedScroll = scrolls.get(entry) ?? 0;
  if (read()) void arrive(wantedScroll);
}

function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (!isOurs(link.pathname) || link.getAttribute('href')?.startsWith('#')) return;
  event.preventDefault();
  navigate(link.pathname + link.search + link.hash);
}

export function followLinks(): () => void {
  history.scrollRestoration = 'manual';
  entry = Number(history.state?.entry ?? 0);
  history.replaceState({ entry }, '');
  addEventListener('popstate', onPop);
  document.addEventListener('click', onClick);
  return () => {
    removeEventListener('popstate', onPop);
    document.removeEventListener('click', onClick);
  };
}
