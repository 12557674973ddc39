import type { RunLine, Worker } from '@/api/types';

/** A run that has workers which another one waits for. */
export interface Holder {
  /** undefined: it is not among the runs that are told. */
  number: number | undefined;
  id: string;
  workers: number;
  /** It has all that are there. */
  all: boolean;
}

/** Which runs have the workers of the fleet, those with the most of them first. */
export function holdersOf(workers: readonly Worker[], runs: readonly RunLine[]): Holder[] {
  const here = workers.filter((w) => w.state !== 'lost' && w.state !== 'incompatible' && w.state !== 'connecting');
  const counts = new Map<string, number>();
  for (const w of here) if (w.run !== '') counts.set(w.run, (counts.get(w.run) ?? 0) + 1);
  return [...counts]
    .map(([id, count]) => ({ id, number: runs.find((r) => r.id === id)?.number, workers: count, all: count === here.length }))
    .toSorted((a, b) => b.workers - a.workers);
}

/** Of the fleet, what decides whether a run can start: it changes when a worker comes, goes, or is taken. */
export function fleetKey(workers: readonly Worker[] | undefined): string {
  return (workers ?? []).map((w) => `${w.id} ${w.state} ${w.run} ${w.excluded}`).toSorted().join('\n');
}
