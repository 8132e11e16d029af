/** Navigation without page loads: the current path as reactive state, and Back to the same scroll position. */

import { tick } from 'svelte';
import { findRoute, isSitePath, type Route } from './routes';

class CurrentPage {
  path = $state(location.pathname);
  search = $state(location.search);
  /** Counts the pages shown: a new number means a new page, even of the same kind. */
  visit = $state(0);
  route: Route = $derived(findRoute(this.path));
  query = $derived(new URLSearchParams(this.search));
}

export const page = new CurrentPage();

/** Number of an entry in the browser's history -> where it was scrolled to. */
const scrollPositions = new Map<number, number>();
let entry = 0;

/** Where Back should scroll to, until a page whose content comes later is tall enough. */
let pendingScroll: number | null = null;

/** The path of the page shown; after `replacePath` it differs from what the page was opened by. */
let shownPath = location.pathname;

/** Reads the address bar; true when it shows another page now. */
function readAddress(): boolean {
  const changed = location.pathname !== shownPath;
  shownPath = location.pathname;
  page.path = location.pathname;
  page.search = location.search;
  if (changed) page.visit++;
  return changed;
}

/** Gives the page shown another path without loading it anew, as when a new shader is saved for the first time. */
export function replacePath(path: string): void {
  shownPath = path;
  history.replaceState(history.state, '', path);
}

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  scrollPositions.set(entry, scrollY);
  if (options.replace) history.replaceState({ entry }, '', to);
  else history.pushState({ entry: ++entry }, '', to);
  pendingScroll = null;
  if (readAddress()) void showFrom(0);
}

async function showFrom(top: number): Promise<void> {
  await tick();
  scrollTo({ top, behavior: 'instant' });
  document.getElementById('main')?.focus({ preventScroll: true });
}

/** Called by a page once its content is there, so that Back can scroll to where it was. */
export async function restoreScroll(): Promise<void> {
  if (pendingScroll === null) return;
  const top = pendingScroll;
  pendingScroll = null;
  await tick();
  scrollTo({ top, behavior: 'instant' });
}

function onPop(event: PopStateEvent): void {
  // A jump within the page, not one between pages: those all have a state.
  if (!event.state) return;
  scrollPositions.set(entry, scrollY);
  entry = Number(event.state.entry ?? 0);
  pendingScroll = scrollPositions.get(entry) ?? 0;
  if (readAddress()) void showFrom(pendingScroll);
}

function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (!isSitePath(link.pathname) || link.getAttribute('href')?.startsWith('#')) return;
  event.preventDefault();
  navigate(link.pathname + link.search + link.hash);
}

/** Handles the page's own links and the Back button until the returned function is called. */
export function handleLinks(): () => void {
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
