import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunLine } from '@/api/types';
import { connectionChange, runChanges } from './announcements';
import { goTo, splitHash } from './location';
import { pageOf, planOf } from './pages';

describe('routes', () => {
  afterEach(() => goTo('/'));

  it.each([
    ['#/runs?q=a%20b', '/runs', 'q=a%20b'], ['', '/', ''], ['#runs', '/runs', ''], ['#/a?b?c', '/a', 'b?c'],
  ])('%s', (hash, path, search) => expect(splitHash(hash)).toEqual({ path, search }));

  it('have a query that goes with them', () => {
    const changed = vi.fn();
    addEventListener('hashchange', changed);
    goTo('/runs?plan=shop');
    goTo('/runs?plan=shop');
    expect(location.hash).toBe('#/runs?plan=shop');
    expect(changed).toHaveBeenCalledTimes(1);
    goTo('/plans', { replace: true });
    expect([location.hash, location.search]).toEqual(['#/plans', '']);
    removeEventListener('hashchange', changed);
  });

  it('belong to places, and name plans', () => {
    expect(pageOf('/plans/shop/tx/a')?.name).toBe('plans');
    expect(pageOf('/plansx')).toBeUndefined();
    expect([planOf('/plans/a%20b/tx/c'), planOf('/plans'), planOf('/plans/%')]).toEqual(['a b', undefined, '%']);
  });
});

describe('announcements', () => {
  const run = (more: Partial<RunLine> = {}) => ({ id: 'a', number: 4, plan: 'shop', state: 'running', lost: 0, rps: 1, ...more }) as RunLine;

  it('tell of states and workers, not of figures', () => {
    expect(runChanges(undefined, [run()])).toEqual([]);
    expect(runChanges([], [run()])).toEqual([{ key: 'started', number: 4, plan: 'shop' }]);
    expect(runChanges([run()], [run({ rps: 900, users: 7 })])).toEqual([]);
    expect(runChanges([run()], [run({ state: 'completed', lost: 1 })]).map((a) => a.key)).toEqual(['state', 'lost']);
    expect(runChanges([run({ lost: 1 })], [run()]).map((a) => a.key)).toEqual(['returned']);
  });

  it('tell of a connection that is lost, not of a short silence', () => {
    expect(connectionChange('live', 'stale')).toEqual([]);
    expect(connectionChange('stale', 'reconnecting')).toEqual([{ key: 'disconnected' }]);
    expect(connectionChange('reconnecting', 'offline')).toEqual([]);
    expect(connectionChange('offline', 'live')).toEqual([{ key: 'reconnected' }]);
    expect(connectionChange('connecting', 'live')).toEqual([]);
  });
});
