import type { RunLine, Worker } from '@/api/types';
import { parsePlan } from '@/plan';
import { describe, expect, it } from 'vitest';
import { differences, isOf, type Difference } from './differences';
import { EMPTY, type StartForm } from './form';
import { formOf, orderOf } from './order';
import { fleetKey, holdersOf } from './holders';
import { chosen } from './planned';

const shop = parsePlan(`# mine
base_url: http://plan
variables: {size: 20}
load: {users: 500, spawn_rate: 10, duration: 30m, graceful_stop: 10s} # as agreed
run: {seed: 7, tags: {team: a}}
`);
const two = parsePlan('scenarios:\n  - {name: base, load: {users: 10, duration: 2m}}\n  - {name: spike, load: {stages: [{jump: 50, duration: 20s}]}}\n');

const short = (found: Difference[]) => found.map((d) => `${d.field}${d.name ? ` ${d.name}` : ''}: ${typeof d.was === 'string' ? d.was : d.was.form} → ${typeof d.now === 'string' ? d.now : d.now.form}`);
const form = (more: Partial<StartForm>): StartForm => ({ ...EMPTY, ...more });

describe('in what a start differs from its plan', () => {
  it('is nothing when another kind of load begins with what the plan says', () => {
    expect(differences(shop, EMPTY)).toEqual([]);
    const users = form(chosen(shop, EMPTY, 'users'));
    expect(users).toMatchObject({ users: '500', spawnRate: '10', duration: '30m' });
    expect(differences(shop, users)).toEqual([]);
    // The same, typed another way.
    expect(differences(shop, form({ ...users, duration: '0:30:00', users: '500.0' }))).toEqual([]);
  });

  it('is every field that says something else', () => {
    const found = differences(shop, form({
      environment: 'stage', load: 'users', users: '50', spawnRate: '', duration: '5m', gracefulStop: '1', baseUrl: 'http://other', seed: '7', workers: 'count', count: '3',
      variables: [{ name: 'size', value: '5' }], tags: ['team=a', 'v=2'],
    }));
    expect(short(found)).toEqual([
      'environment:  → stage', 'gracefulStop: 10s → 1s', 'users: 500 → 50', 'spawnRate: 10 → ', 'duration: 30m → 5m', 'baseUrl: http://plan → http://other', 'count:  → 3', 'variable size: 20 → 5', 'tag v:  → 2',
    ]);
  });

  it('is taken back, or saved, each by itself', () => {
    const typed = form({ load: 'users', users: '50', spawnRate: '10', duration: '0', variables: [{ name: 'size', value: '5' }] });
    const found = differences(shop, typed);
    expect(short(found)).toEqual(['users: 500 → 50', 'duration: 30m → ', 'variable size: 20 → 5']);
    let doc = shop;
    for (const [i, d] of found.entries()) {
      expect(short(differences(shop, { ...typed, ...d.use }))).toEqual(short(found.filter((_, k) => k !== i)));
      doc = d.save?.(doc) ?? doc;
      expect(differences(doc, typed)).toHaveLength(found.length - i - 1);
    }
    expect(doc.text).toContain('load: {users: 50, spawn_rate: 10, graceful_stop: 10s} # as agreed');
    expect(doc.text).toContain('variables: {size: 5}');
  });

  it('is one load instead of another', () => {
    const stages = form({ load: 'stages', stages: [{ name: '', jump: true, level: '90', duration: '1:30' }] });
    const [load, ...more] = differences(shop, stages);
    expect([short(load ? [load] : []), more]).toEqual([['load: users → stages'], []]);
    const saved = load?.save?.(shop) ?? shop;
    expect(saved.get(['load'])).toEqual({ stages: [{ jump: 90, duration: '1m30s' }], graceful_stop: '10s' });
    expect(differences(saved, stages)).toEqual([]);
    expect(differences(shop, { ...stages, ...load?.use })).toEqual([]);
  });

  it('is of the scenario that was chosen', () => {
    const base = form({ load: 'users', scenario: 'base', ...chosen(two, form({ scenario: 'base' }), 'users'), users: '12' });
    expect(short(differences(two, base))).toEqual(['users base: 10 → 12']);
    expect(differences(two, base)[0]?.save?.(two).get(['scenarios', 0, 'load', 'users'])).toBe(12);
    expect(short(differences(two, form({ load: 'users', scenario: 'spike', ...chosen(two, form({ scenario: 'spike' }), 'users') })))).toEqual(['load spike: stages → users']);
  });

  it('is remembered, or typed now', () => {
    const before = differences(shop, form({ load: 'users', users: '50', spawnRate: '10', duration: '30m' }));
    const now = differences(shop, form({ load: 'users', users: '50', spawnRate: '10', duration: '5m' }));
    expect(now.map((d) => [d.field, isOf(d, before)])).toEqual([['users', true], ['duration', false]]);
  });
});

describe('running again', () => {
  it('brings stages back, which went along in the plan', () => {
    const typed = form({ load: 'stages', stages: [{ name: 'a', jump: true, level: '9', duration: '1m' }], gracefulStop: '5s' });
    const order = orderOf('shop', typed, shop, { env: {}, secrets: {} });
    const { inline = '', ...kept } = order;
    expect(formOf(kept, inline)).toEqual(typed);
  });
});

describe('workers that are not free', () => {
  const worker = (id: string, run: string, more: Partial<Worker> = {}) => ({ id, run, state: run ? 'busy' : 'ready', excluded: false, ...more }) as Worker;
  const runs = [{ id: 'r1', number: 41 }, { id: 'r2', number: 42 }] as RunLine[];

  it('are held by runs', () => {
    expect(holdersOf([worker('a', 'r1'), worker('b', 'r1'), worker('c', '', { state: 'lost' })], runs)).toEqual([{ id: 'r1', number: 41, workers: 2, all: true }]);
    expect(holdersOf([worker('a', 'r1'), worker('b', 'r2'), worker('c', 'r2'), worker('d', '')], runs).map((h) => [h.number, h.workers, h.all])).toEqual([[42, 2, false], [41, 1, false]]);
  });

  it('are told apart by what a start asks for, not by how they do', () => {
    const before = fleetKey([worker('a', ''), worker('b', '')]);
    expect(fleetKey([worker('b', '', { cpu: 0.5 }), worker('a', '')])).toBe(before);
    for (const now of [[worker('a', '')], [worker('a', 'r1'), worker('b', '')], [worker('a', '', { excluded: true }), worker('b', '')]]) expect(fleetKey(now)).not.toBe(before);
  });
});
