import type { Worker } from '@/api/types';

/** Above this share of its cores a worker measures itself. */
export const HIGH_CPU = 0.9;
/** Clocks that differ by more, in ms, make times of workers hard to compare. */
const SKEW = 50;
/** How many of the last values of the CPU, one every 5 s, have to be high: 10 s. */
const HIGH_VALUES = 2;

export type Column = 'state' | 'id' | 'address' | 'version' | 'users' | 'rps' | 'cpu' | 'memory' | 'lag' | 'beat' | 'started';

export interface Sort {
  column: Column;
  down: boolean;
}

/** How many can be counted on: lost and incompatible ones cannot. */
export function count(workers: readonly Worker[]): { ready: number; busy: number; draining: number; lost: number } {
  const of = (state: string) => workers.filter((w) => w.state === state).length;
  return { ready: of('ready'), busy: of('busy'), draining: of('draining'), lost: of('lost') };
}

export function isHot(w: Worker): boolean {
  const last = w.cpu_trend.slice(-HIGH_VALUES);
  return w.cpu > HIGH_CPU && last.length === HIGH_VALUES && last.every((v) => v > HIGH_CPU);
}

export function isSkewed(w: Worker): boolean {
  return Math.abs(w.clock_offset) > SKEW;
}

/** In the order of people: w-2 before w-10. */
const names = new Intl.Collator('en', { numeric: true });

export function sorted(workers: readonly Worker[], { column, down }: Sort): Worker[] {
  const sign = down ? -1 : 1;
  return workers.toSorted((a, b) => {
    const x = a[column];
    const y = b[column];
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : names.compare(String(x), String(y));
    return sign * order || names.compare(a.id, b.id);
  });
}
