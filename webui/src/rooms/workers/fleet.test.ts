import type { Worker } from '@/api/types';
import { describe, expect, it } from 'vitest';
import { count, isHot, isSkewed, sorted } from './fleet';

function worker(over: Partial<Worker>): Worker {
  return {
    id: 'w-1', host: 'h', address: '', labels: {}, version: '1', protocol: 2, os: 'linux/amd64', cpus: 4, started: '', state: 'ready', run: '', error: '',
    users: 0, rps: 0, cpu: 0, memory: 0, lag: 0, beat: 0, clock_offset: 0, excluded: false, cpu_trend: [], ...over,
  };
}

describe('fleet', () => {
  it('counts lost and draining workers apart', () => {
    const all = ['ready', 'busy', 'lost', 'lost', 'draining', 'incompatible'].map((state) => worker({ state }));
    expect(count(all)).toEqual({ ready: 1, busy: 1, draining: 1, lost: 2 });
  });

  it('sorts names as people count, and by numbers', () => {
    const all = [worker({ id: 'w-10', cpu: 0.2 }), worker({ id: 'w-2', cpu: 0.9 })];
    expect(sorted(all, { column: 'id', down: false }).map((w) => w.id)).toEqual(['w-2', 'w-10']);
    expect(sorted(all, { column: 'cpu', down: false }).map((w) => w.id)).toEqual(['w-10', 'w-2']);
    expect(sorted(all, { column: 'cpu', down: true }).map((w) => w.id)).toEqual(['w-2', 'w-10']);
  });

  it('calls a worker hot after ten seconds, not at once', () => {
    expect(isHot(worker({ cpu: 0.95, cpu_trend: [0.2, 0.95] }))).toBe(false);
    expect(isHot(worker({ cpu: 0.95, cpu_trend: [0.2, 0.92, 0.95] }))).toBe(true);
    expect(isHot(worker({ cpu: 0.5, cpu_trend: [0.95, 0.95] }))).toBe(false);
  });

  it('sees clocks that are ahead and behind', () => {
    expect(isSkewed(worker({ clock_offset: -51 }))).toBe(true);
    expect(isSkewed(worker({ clock_offset: 50 }))).toBe(false);
  });
});
