import { useQuery } from '@tanstack/react-query';
import { call, segment } from '@/api/client';
import type { Series } from '@/api/types';
import type { Range } from '@/charts';
import type { RunStore } from '@/live';
import { hasEnded } from './state';
import { useRunValue } from './useRunValue';

/** More entries than a chart has pixels, by far. */
const MOST = 4_000;
/** The end of a run under way may still change: then it is asked for again so often, in ms. */
const AGAIN = 5_000;
/** So far back, in seconds, workers that were away change what is known. */
const LOOK_BACK = 120;

/** The series of a range as fine as the master has it, where entries are longer than a second; of: the query that names a row. */
export function useFiner(store: RunStore, zoom: Range | null, step: number, of = ''): Series | null {
  const coarse = step > 1;
  const growing = useRunValue(store, ({ tick, lastSecond }) => !!tick && !hasEnded(tick.state) && !!zoom && zoom.to > lastSecond - LOOK_BACK);
  const { data } = useQuery({
    queryKey: ['runs', store.id, 'series', of, zoom?.from, zoom?.to],
    queryFn: ({ signal }) => call<Series>(`/runs/${segment(store.id)}/series?from=${zoom?.from}&to=${zoom?.to}&max=${MOST}${of}`, { signal }),
    enabled: coarse && zoom !== null,
    refetchInterval: growing ? AGAIN : false,
  });
  return (coarse && zoom && data) || null;
}
