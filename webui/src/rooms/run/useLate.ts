import { useConnectionValue } from '@/live';
import { useOpenRun } from './context';
import { heldSince } from './state';
import { useRunValue } from './useRunValue';

/** The page hears nothing of the master. */
export function useAway(): boolean {
  const { live } = useOpenRun();
  return useConnectionValue(({ state }) => live && (state === 'stale' || state === 'reconnecting' || state === 'offline'));
}

/** Until when the numbers go while a worker is silent, in ms of the master's clock; null: none is. */
export function useHeld(): number | null {
  const { result, store, live } = useOpenRun();
  return useRunValue(store, (snapshot) => (live ? heldSince(result, snapshot) : null));
}

/** Numbers are no longer those of now. */
export function useLate(): boolean {
  const [away, held] = [useAway(), useHeld()];
  return away || held !== null;
}
