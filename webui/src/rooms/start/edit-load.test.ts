import { describe, expect, it } from 'vitest';
import { changeOf, NO_EDIT } from './edit-load';

describe('a change of the load', () => {
  it('is users, at once or step by step', () => {
    expect(changeOf({ ...NO_EDIT, users: '240' }, null)).toEqual({ users: 240 });
    expect(changeOf({ ...NO_EDIT, users: '240', spawnRate: '5', duration: '10:00', scenario: 'a' }, null)).toEqual({ users: 240, spawn_rate: 5, duration: '10m', scenario: 'a' });
  });

  it('holds what there is', () => {
    expect(changeOf({ ...NO_EDIT, kind: 'hold' }, { users: 77 })).toEqual({ users: 77 });
    expect(changeOf({ ...NO_EDIT, kind: 'hold' }, null)).toBeUndefined();
  });

  it('replaces stages, and scales them', () => {
    const stages = [{ name: 'peak', jump: true, level: '9', duration: '90' }];
    expect(changeOf({ ...NO_EDIT, kind: 'stages', stages }, null)).toEqual({ stages: [{ name: 'peak', jump: 9, duration: '1m30s' }] });
    expect(changeOf({ ...NO_EDIT, kind: 'scale' }, null)).toEqual({ scale: 0.5 });
  });

  it('is none when it makes no sense', () => {
    expect(changeOf({ ...NO_EDIT, users: '1.5' }, null)).toBeUndefined();
    expect(changeOf({ ...NO_EDIT, users: '' }, null)).toBeUndefined();
    expect(changeOf({ ...NO_EDIT, users: '5', spawnRate: '0' }, null)).toBeUndefined();
    expect(changeOf({ ...NO_EDIT, users: '5', duration: 'soon' }, null)).toBeUndefined();
    expect(changeOf({ ...NO_EDIT, kind: 'stages' }, null)).toBeUndefined();
    expect(changeOf({ ...NO_EDIT, kind: 'time' }, null)).toBeUndefined();
  });
});
