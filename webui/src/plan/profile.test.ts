import { describe, expect, it } from 'vitest';
import { parsePlan } from './index';
import { loadAt } from './load';
import { lengthOf, levelAt, peakOf, pointsOf, previewAt, profileOf, usersAt, type Profile } from './profile';
import golden from './testdata/profile.json';

describe('as the program computes it', () => {
  it.each(golden)('$load', (want) => {
    const doc = parsePlan(`load: ${want.load}\n`);
    const profile = profileOf(loadAt(doc, ['load'])!) as Profile;
    expect(profile.model).toBe(want.model);
    expect(lengthOf(profile)).toBeCloseTo(want.length, 9);
    expect(Math.ceil(peakOf(profile) - 1e-6)).toBe(want.peak);
    want.times.forEach((t, i) => {
      expect(levelAt(profile, t)).toBeCloseTo(want.levels[i]!, 6);
      expect(usersAt(profile, t)).toBe(want.users[i]);
    });
    // The points say the same, where there is no jump.
    const points = pointsOf(profile, 2000);
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1]!, points[i]!];
      if (b.t > a.t) expect((a.level + b.level) / 2).toBeCloseTo(levelAt(profile, (a.t + b.t) / 2), 6);
    }
  });
});

it('draws jumps as two points', () => {
  const doc = parsePlan('load: {stages: [{target: 5, duration: 10s}, {jump: 9, duration: 5s}]}\n');
  expect(previewAt(doc)).toMatchObject({
    length: 15,
    peakUsers: 9,
    courses: [{ points: [{ t: 0, level: 0 }, { t: 10, level: 5 }, { t: 10, level: 9 }, { t: 15, level: 9 }] }],
  });
});

it('adds scenarios up', () => {
  const doc = parsePlan(`scenarios:
  - {name: a, load: {users: 10, duration: 1m}}
  - {name: b, start_at: 30s, load: {users: 20, duration: 1m}}
  - {name: c, start_at: 2m, load: {users: 25, duration: 10s}}
  - {name: d, load: {arrivals: {rate: 3, duration: 5s}}}
`);
  expect(previewAt(doc)).toMatchObject({ length: 130, peakUsers: 30, peakRate: 3 });
  expect(previewAt(doc).courses[1]?.points[0]).toEqual({ t: 30, level: 0 });
});

it('leaves out what cannot be read', () => {
  expect(previewAt(parsePlan('load: {users: many}\n')).courses).toEqual([]);
  expect(previewAt(parsePlan('load: {users: 5, duration: 5}\n')).courses).toEqual([]);
  expect(previewAt(parsePlan('a: 1\n'))).toEqual({ courses: [], length: 0, peakUsers: 0, peakRate: 0 });
});
