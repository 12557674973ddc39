import { useEffect, useRef, useState } from 'react';
import type { RunEvent } from '@/api/types';
import type { RunStore } from '@/live';
import { useVisible } from '@/widgets/use-visible';
import { useRunValue } from './useRunValue';

/** One is told at most every so many ms; between, only the newest is kept. */
const EVERY = 5_000;
/** Events that are older than this, in seconds of the run, were before the page looked. */
const OLD = 10;

const isThreshold = ({ kind }: RunEvent) => kind === 'threshold_crossed' || kind === 'threshold_recovered';

/** The number of the last event of a threshold that was before the page looked; 0: there was none. */
export function lookedUpTo(events: readonly RunEvent[], lastSecond: number): number {
  return events.findLast((e) => isThreshold(e) && e.second <= lastSecond - OLD)?.seq ?? 0;
}

/** The newest event of a threshold after another event, however late the page hears of it. */
export function newsAfter(events: readonly RunEvent[], seq: number): RunEvent | null {
  return events.findLast((e) => isThreshold(e) && e.seq > seq) ?? null;
}

/** A threshold that has just been crossed, or is kept again; null until there is one. Nobody is told in a tab that is not looked at: it is told when it is. */
export function useThresholdNews(store: RunStore): RunEvent | null {
  const newest = useNewest(store);
  const [told, setTold] = useState<RunEvent | null>(null);
  const at = useRef(Number.NEGATIVE_INFINITY);
  const visible = useVisible();
  useEffect(() => {
    if (!newest || !visible) return undefined;
    const timer = setTimeout(() => {
      at.current = performance.now();
      setTold(newest);
    }, Math.max(0, at.current + EVERY - performance.now()));
    return () => clearTimeout(timer);
  }, [newest, visible]);
  return told;
}

function useNewest(store: RunStore): RunEvent | null {
  const looked = useRef<number | null>(null);
  return useRunValue(store, ({ events, lastSecond, tick, backlog }) => {
    if (!tick || backlog !== 'loaded') return null;
    looked.current ??= lookedUpTo(events, lastSecond);
    return newsAfter(events, looked.current);
  });
}
