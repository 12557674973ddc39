import { parsePlan } from '@/plan';
import { PRESETS, presetStages } from '@/stages';
import { describe, expect, it } from 'vitest';
import { EMPTY, faults, type StartForm } from './form';
import { formOf, orderOf } from './order';

const nothing = { env: {}, secrets: {} };

describe('the start dialog', () => {
  it('asks for the plan as it is when nothing was typed', () => {
    expect(faults(EMPTY)).toEqual([]);
    expect(orderOf('shop', EMPTY, undefined, nothing)).toEqual({ plan: 'shop', overrides: { scale: undefined, seed: undefined }, workers: {} });
  });

  it('gives an order back as the same form', () => {
    const form: StartForm = {
      ...EMPTY, name: 'nightly', environment: 'stage', baseUrl: 'http://10.0.0.5', load: 'users', users: '500', spawnRate: '10', duration: '30m',
      seed: '7', variables: [{ name: 'size', value: '20' }], tags: ['v=2.3', 'team=a=b'], workers: 'count', count: '3',
    };
    expect(faults(form)).toEqual([]);
    const order = orderOf('shop', form, undefined, nothing);
    expect(order.overrides).toMatchObject({ users: 500, spawn_rate: 10, duration: '30m', tags: { v: '2.3', team: 'a=b' } });
    expect(formOf(order)).toEqual(form);
  });

  it('reads durations as people type them', () => {
    expect(orderOf('p', { ...EMPTY, duration: '00:30:00' }, undefined, nothing).overrides?.duration).toBe('30m');
    expect(orderOf('p', { ...EMPTY, duration: '90' }, undefined, nothing).overrides?.duration).toBe('1m30s');
    expect(faults({ ...EMPTY, duration: 'soon' })).toEqual(['duration']);
  });

  it('puts stages into the plan and leaves the rest of it alone', () => {
    const doc = parsePlan('# mine\nname: shop\nload: {users: 5}\ntransactions: []\n');
    const order = orderOf('shop', { ...EMPTY, load: 'stages', stages: [{ name: '', jump: true, level: '100', duration: '1:30' }] }, doc, nothing);
    expect(order.plan).toBeUndefined();
    const sent = parsePlan(order.inline ?? '');
    expect(sent.get(['load'])).toEqual({ stages: [{ jump: 100, duration: '1m30s' }] });
    expect(sent.get(['name'])).toBe('shop');
    expect(order.inline).toContain('# mine');
  });

  it('finds what makes no sense', () => {
    expect(faults({ ...EMPTY, load: 'users', users: '1.5' })).toEqual(['users']);
    expect(faults({ ...EMPTY, load: 'users', users: '' })).toEqual(['users']);
    expect(faults({ ...EMPTY, seed: '9007199254740993' }), 'a seed whose digits would be lost').toEqual(['seed']);
    expect(faults({ ...EMPTY, load: 'rate', rate: '-1' })).toEqual(['rate']);
    expect(faults({ ...EMPTY, load: 'stages' })).toEqual(['stages']);
    expect(faults({ ...EMPTY, workers: 'ids' })).toEqual(['ids']);
    expect(faults({ ...EMPTY, tags: ['nightly'] })).toEqual(['tags']);
  });

  it('has presets that are stages', () => {
    for (const preset of PRESETS) expect(faults({ ...EMPTY, load: 'stages', stages: presetStages(preset, 80) })).toEqual([]);
  });
});
