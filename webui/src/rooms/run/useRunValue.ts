import { useSyncExternalStore } from 'react';
import type { RunSnapshot, RunStore } from '@/live';

/** One value of a store; renders again only when that value has changed, not with each tick. */
export function useRunValue<T extends string | number | boolean | null | object>(store: RunStore, select: (snapshot: RunSnapshot) => T): T {
  return useSyncExternalStore(store.subscribe, () => select(store.snapshot()));
}
