import { useSyncExternalStore } from 'react';

function watch(watcher: () => void): () => void {
  document.addEventListener('visibilitychange', watcher);
  return () => document.removeEventListener('visibilitychange', watcher);
}

/** Whether the tab is looked at. What is said in one that is not, nobody hears. */
export function useVisible(): boolean {
  return useSyncExternalStore(watch, () => !document.hidden);
}
