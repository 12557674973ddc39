// What a plan says of its load, for a start that changes it.
import type { Path, PlanDocument } from '@/plan';
import { parseDuration, printDuration } from '@/plan/duration';
import { loadAt, scenariosAt, type LoadView } from '@/plan/load';
import { lengthOf, peakOf, profileOf } from '@/plan/profile';
import { stagesOf } from '@/stages';
import type { LoadKind, StartForm } from './form';

/** A load without its place. */
export type Load = Omit<LoadView, 'path'>;

export const PLAIN: Path = ['load'];

const NONE: Load = {
  form: 'users', model: 'users', users: '', spawnRate: '', duration: '', rate: '', stages: [], maxUsers: '', maxWait: '', readyUsers: '', iterations: '', perUser: false, gracefulStop: '',
};

/** Where the load is that a start would change; undefined: the plan has scenarios, and none is chosen. */
export function loadPath(doc: PlanDocument, scenario: string): Path | undefined {
  if (doc.get(['scenarios']) === undefined) return PLAIN;
  return scenariosAt(doc).find((s) => s.name === scenario && scenario !== '')?.path.concat('load');
}

export function plannedLoad(doc: PlanDocument, path: Path): Load {
  const view = loadAt(doc, path);
  if (!view) return NONE;
  const { path: _, ...load } = view;
  return load;
}

/** How long the load goes on, as a plan writes it; empty: until it is stopped, or nobody can say. */
export function plannedLength(load: Load): string {
  const profile = profileOf(load);
  const seconds = profile ? lengthOf(profile) : 0;
  return seconds > 0 ? printDuration(seconds * 1000) : '';
}

/** What the form begins with when another kind of load is chosen: what the plan says, as far as it says that. */
export function chosen(doc: PlanDocument | undefined, form: StartForm, kind: LoadKind): Partial<StartForm> {
  const path = doc && loadPath(doc, form.scenario);
  const load = doc && path ? plannedLoad(doc, path) : NONE;
  const duration = form.duration || plannedLength(load);
  const profile = profileOf(load);
  switch (kind) {
    case 'plan':
      return { load: kind, duration: '', scenario: '' };
    case 'users': {
      const own = load.form === 'users';
      return { load: kind, users: form.users || (own ? load.users : profile?.model === 'users' ? String(peakOf(profile)) : ''), spawnRate: form.spawnRate || (own ? load.spawnRate : ''), duration };
    }
    case 'rate':
      return { load: kind, rate: form.rate || (profile?.model === 'arrivals' ? String(peakOf(profile)) : ''), maxUsers: form.maxUsers || load.maxUsers, duration };
    case 'stages':
      return { load: kind, stages: form.stages.length > 0 ? form.stages : stagesOf(load) };
  }
}

/** Whether two texts of a plan mean the same duration. */
export function sameTime(a: string, b: string): boolean {
  return a === b || (a !== '' && b !== '' && parseDuration(a) === parseDuration(b));
}
