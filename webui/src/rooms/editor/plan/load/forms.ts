import type { PlanDocument } from '@/plan';
import { parseJson } from '@/plan/json';
import { loadAt, scenariosAt, setLoad, type LoadForm, type LoadView } from '@/plan/load';
import { stagesOf } from '@/stages';
import { freeName } from '../../actions';

/** A load without its place. */
export type LoadParts = Omit<LoadView, 'path'>;

export const NEW_LOAD: LoadParts = {
  form: 'users', model: 'users', users: '10', spawnRate: '', duration: '2m', rate: '', stages: [], maxUsers: '', maxWait: '', readyUsers: '',
  iterations: '', perUser: false, gracefulStop: '',
};

/**
 * A load in another form. What that form had before (kept) comes back; what it never had
 * is made from the form that is left.
 */
export function withForm(load: LoadParts, form: LoadForm, kept: LoadParts | undefined): LoadParts {
  if (form === load.form) return load;
  const before = kept?.form === form ? kept : undefined;
  const duration = load.form === 'stages' ? before?.duration || '2m' : load.duration;
  switch (form) {
    case 'users':
      return { ...load, form, model: 'users', users: before?.users || load.users || '10', spawnRate: before?.spawnRate || load.spawnRate, duration };
    case 'arrivals':
      return { ...load, form, model: 'arrivals', rate: before?.rate || load.rate || '10', maxUsers: load.maxUsers || before?.maxUsers || '', duration };
    case 'stages': {
      const stages = before && before.stages.length > 0 ? before.stages : stagesOf(load);
      return { ...load, form, stages: stages.length > 0 ? stages : [{ name: '', jump: true, level: '10', duration: '2m' }] };
    }
  }
}

/** A value of the plan that can be put back: numbers keep their text, maps their order. */
export function keptAt(doc: PlanDocument, key: string): unknown {
  const json = doc.json([key], 0);
  return json === undefined ? undefined : parseJson(json).value;
}

/** Scenarios instead of one load, which becomes the first of them. kept: scenarios that there were before. */
export function toScenarios(doc: PlanDocument, kept: unknown, name: string): PlanDocument {
  const load = keptAt(doc, 'load');
  let next = doc;
  if (Array.isArray(kept) && kept.length > 0) {
    next = next.set(['scenarios'], kept);
    if (load !== undefined) next = next.set(['scenarios', 0, 'load'], load);
  } else {
    next = next.set(['scenarios'], [{ name, load: load ?? undefined }]);
    if (load === undefined) next = setLoad(next, ['scenarios', 0, 'load'], NEW_LOAD);
  }
  return next.set(['load'], undefined);
}

/** One load instead of scenarios: that of the first of them. */
export function toLoad(doc: PlanDocument): PlanDocument {
  const first = doc.json(['scenarios', 0, 'load'], 0);
  const next = doc.set(['scenarios'], undefined);
  return first === undefined ? setLoad(next, ['load'], NEW_LOAD) : next.set(['load'], parseJson(first).value);
}

export function addScenario(doc: PlanDocument, name: string): PlanDocument {
  const names = scenariosAt(doc).map((s) => s.name);
  const at = doc.size(['scenarios']);
  return setLoad(doc.insert(['scenarios'], at, { name: freeName(name, names) }), ['scenarios', at, 'load'], NEW_LOAD);
}

/** A copy behind the scenario, with a name of its own. */
export function copyScenario(doc: PlanDocument, index: number): PlanDocument {
  const names = scenariosAt(doc).map((s) => s.name);
  return doc.duplicate(['scenarios'], index).set(['scenarios', index + 1, 'name'], freeName(names[index] || 'scenario', names));
}

/** What a form that shows a load reads. */
export function partsAt(doc: PlanDocument, path: readonly (string | number)[]): LoadParts {
  const view = loadAt(doc, path);
  if (!view) return { ...NEW_LOAD, users: '', duration: '' };
  const { path: _, ...parts } = view;
  return parts;
}
