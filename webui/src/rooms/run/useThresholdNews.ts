import { useEffect, useRef, useState } from 'react';
import type { RunEvent } from '@/api/types';
import type { RunStore } from '@/live';
import { useRunValue } from './useRunValue';

/** One is told at most every so many ms; between, only the newest is kept. */
const EVERY = 5_000;
/** Events that are older than this, in seconds of the run, were before the page looked. */
const OLD = 10;

/** A threshold that has just been crossed, or is kept again; null until there is one. */
export function useThresholdNews(store: RunStore): RunEvent | null {
  const newest = useRunValue(store, ({ events, lastSecond, tick }) => {
    if (!tick) return null;
    const event = events.findLast((e) => e.kind === 'threshold_crossed' || e.kind === 'threshold_recovered');
    return event && event.second > lastSecond - OLD ? event : null;
  });
  const [told, setTold] = useState<RunEvent | null>(null);
  const at = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (!newest) return undefined;
    const timer = setTimeout(() => {
      at.current = performance.now();
      setTold(newest);
    }, Math.max(0, at.current + EVERY - performance.now()));
    return () => clearTimeout(timer);
  }, [newest]);
  return told;
}
