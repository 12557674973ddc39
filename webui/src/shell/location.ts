import { useSyncExternalStore } from 'react';
import { splitHash } from './hash';

export { splitHash };

// Routes are in the hash, each with its own query: "#/runs?plan=shop". (The hash hook of
// the router puts the query before the hash, where it would stay from page to page.)

function listenToHash(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** Goes to a route, from anywhere. */
export function goTo(to: string, { replace = false, state = null }: { replace?: boolean; state?: unknown } = {}): void {
  const oldURL = location.href;
  const url = new URL(oldURL);
  url.hash = to.replace(/^#/, '');
  if (url.href === oldURL) return;
  history[replace ? 'replaceState' : 'pushState'](state, '', url.href);
  dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL: url.href }));
}

/** Where the page is; for the router. */
export function useHashRoute(): [string, typeof goTo] {
  return [useSyncExternalStore(listenToHash, () => splitHash(location.hash).path), goTo];
}

useHashRoute.hrefs = (href: string) => `#${href}`;
useHashRoute.searchHook = () => useSyncExternalStore(listenToHash, () => splitHash(location.hash).search);
