// The course of a load over time, for previews: the same rules as load/profile.go, whose
// figures testdata/profile.json holds. Times are seconds.

import { parseDuration } from './duration';
import type { PlanDocument } from './types';
import { loadAt, scenariosAt, type LoadView, type Model } from './load';

export interface Stage {
  name: string;
  /** The level at its end. */
  target: number;
  /** 0: goes on until stopped; only the last. */
  duration: number;
  /** The level at once, held; else a straight line. */
  jump: boolean;
}

export interface Profile {
  model: Model;
  stages: Stage[];
}

/** Users, or starts per second, reached at perSecond more each second, then held. */
export function ramp(level: number, perSecond: number, duration: number): Stage[] {
  const stage = (target: number, length: number, jump: boolean): Stage => ({ name: '', target, duration: length, jump });
  const up = perSecond > 0 ? level / perSecond : 0;
  if (up <= 0) return [stage(level, duration, true)];
  if (duration > 0 && up >= duration) return [stage(perSecond * duration, duration, false)];
  return [stage(level, up, false), duration > 0 ? stage(level, duration - up, false) : stage(level, 0, true)];
}

/** What a load as written means; undefined: a number or duration in it cannot be read. */
export function profileOf(load: Omit<LoadView, 'path'>): Profile | undefined {
  const stages = stagesOf(load);
  const sound = stages.length > 0 && stages.every((s) => Number.isFinite(s.target) && s.target >= 0 && Number.isFinite(s.duration));
  return sound ? { model: load.form === 'stages' ? load.model : load.form, stages } : undefined;
}

function stagesOf(load: Omit<LoadView, 'path'>): Stage[] {
  const seconds = (text: string) => (text === '' ? 0 : (parseDuration(text) ?? NaN) / 1000);
  const level = (text: string) => (text.trim() === '' ? NaN : Number(text));
  switch (load.form) {
    case 'users':
      return ramp(level(load.users), load.spawnRate === '' ? 0 : Number(load.spawnRate), seconds(load.duration));
    case 'arrivals':
      return ramp(level(load.rate), 0, seconds(load.duration));
    case 'stages':
      return load.stages.map((s) => ({ name: s.name, target: level(s.level), duration: seconds(s.duration), jump: s.jump }));
  }
}

/** Until the last stage ends; 0: it has no end of its own. */
export function lengthOf(profile: Profile): number {
  let sum = 0;
  for (const s of profile.stages) {
    if (s.duration <= 0) return 0;
    sum += s.duration;
  }
  return sum;
}

export function levelAt(profile: Profile, at: number): number {
  if (at < 0) return 0;
  let level = 0;
  let t = at;
  for (const s of profile.stages) {
    if (s.duration <= 0 || t < s.duration) {
      if (s.jump || s.duration <= 0) return s.target;
      return level + (s.target - level) * (t / s.duration);
    }
    t -= s.duration;
    level = s.target;
  }
  return level;
}

export function peakOf(profile: Profile): number {
  return Math.max(0, ...profile.stages.map((s) => s.target));
}

/** How many users are active: on a ramp user k begins when the line passes k. */
export function usersAt(profile: Profile, at: number): number {
  return whole(levelAt(profile, at));
}

/** Half a microsecond of a steep ramp must not count as one more user. */
function whole(level: number): number {
  return Math.max(0, Math.ceil(level - 1e-6));
}

export interface Point {
  t: number;
  level: number;
}

/**
 * The corners of the course; straight lines are between them, a jump is two points at one
 * time. A load without an end goes on to until, if that is later than its last corner.
 */
export function pointsOf(profile: Profile, until = 0): Point[] {
  const points: Point[] = [{ t: 0, level: 0 }];
  let t = 0;
  let level = 0;
  for (const s of profile.stages) {
    if ((s.jump || s.duration <= 0) && level !== s.target) points.push({ t, level: s.target });
    level = s.target;
    t = s.duration > 0 ? t + s.duration : Math.max(t, until);
    points.push({ t, level });
    if (s.duration <= 0) break;
  }
  return points;
}

export interface Course {
  /** Of the scenario; empty: the plan's own load. */
  name: string;
  model: Model;
  startAt: number;
  length: number;
  peak: number;
  points: Point[];
  stages: Stage[];
}

export interface Preview {
  courses: Course[];
  /** 0: goes on until stopped. */
  length: number;
  /** The largest sum of users at one time; arrivals are not users and are left out. */
  peakUsers: number;
  /** The largest sum of starts per second at one time. */
  peakRate: number;
}

/** How the loads of a plan go. Those that cannot be read are left out. */
export function previewAt(doc: PlanDocument): Preview {
  const plain = loadAt(doc, ['load']);
  const loads = plain
    ? [{ name: '', startAt: '', load: plain }]
    : scenariosAt(doc).flatMap((s) => (s.load ? [{ name: s.name, startAt: s.startAt, load: s.load }] : []));
  return preview(loads);
}

/** How one load goes, e.g. that of a form that is not yet written. */
export function previewOf(load: Omit<LoadView, 'path'>): Preview {
  return preview([{ name: '', startAt: '', load }]);
}

function preview(loads: { name: string; startAt: string; load: Omit<LoadView, 'path'> }[]): Preview {
  const parts = loads.flatMap((l) => {
    const profile = profileOf(l.load);
    const start = l.startAt === '' ? 0 : parseDuration(l.startAt);
    return profile && start !== undefined ? [{ name: l.name, startAt: start / 1000, profile }] : [];
  });
  const ends = parts.map((p) => lengthOf(p.profile) && p.startAt + lengthOf(p.profile));
  const corners = parts.map((p) => p.startAt + (pointsOf(p.profile).at(-1)?.t ?? 0));
  // An endless load is drawn some way beyond what has an end.
  const last = Math.max(0, ...corners);
  const until = last > 0 ? last * 1.25 : 60;
  const courses = parts.map((p) => ({
    name: p.name,
    model: p.profile.model,
    startAt: p.startAt,
    length: lengthOf(p.profile),
    peak: peakOf(p.profile),
    points: pointsOf(p.profile, until - p.startAt).map((point) => ({ t: point.t + p.startAt, level: point.level })),
    stages: p.profile.stages,
  }));
  const peak = (model: Model) => {
    const some = parts.filter((p) => p.profile.model === model);
    const times = courses.filter((c) => c.model === model).flatMap((c) => c.points.flatMap((p) => [p.t, p.t - 1e-9]));
    return Math.max(0, ...times.map((t) => some.reduce((sum, p) => sum + activeAt(p.profile, t - p.startAt), 0)));
  };
  return { courses, length: ends.includes(0) ? 0 : Math.max(0, ...ends), peakUsers: whole(peak('users')), peakRate: peak('arrivals') };
}

/** The level while a load goes on, 0 before and after. */
function activeAt(profile: Profile, t: number): number {
  const length = lengthOf(profile);
  return t < 0 || (length > 0 && t >= length) ? 0 : levelAt(profile, t);
}
