// The load of a plan or of a scenario as its form shows it, in each of its forms.

import type { Path, PlanDocument } from './types';
import { wordOf } from './value';

export type LoadForm = 'users' | 'arrivals' | 'stages';
export type Model = 'users' | 'arrivals';

export interface StageRow {
  name: string;
  jump: boolean;
  /** Target, or the level of a jump. */
  level: string;
  duration: string;
}

/** Texts as they stand in the plan; empty: not given. */
export interface LoadView {
  path: Path;
  form: LoadForm;
  model: Model;
  users: string;
  spawnRate: string;
  /** Of the short forms. */
  duration: string;
  rate: string;
  stages: StageRow[];
  maxUsers: string;
  maxWait: string;
  readyUsers: string;
  iterations: string;
  perUser: boolean;
  gracefulStop: string;
}

/** undefined: there is no load at path. */
export function loadAt(doc: PlanDocument, path: Path): LoadView | undefined {
  const keys = doc.keys(path);
  if (keys.length === 0) return undefined;
  const at = (...more: string[]) => doc.scalar([...path, ...more]) ?? '';
  const form: LoadForm = keys.includes('stages') ? 'stages' : keys.includes('arrivals') ? 'arrivals' : 'users';
  const perUser = doc.keys([...path, 'iterations']).length > 0;
  return {
    path,
    form,
    model: form === 'arrivals' || at('model') === 'arrivals' ? 'arrivals' : 'users',
    users: at('users'),
    spawnRate: at('spawn_rate'),
    duration: form === 'arrivals' ? at('arrivals', 'duration') : at('duration'),
    rate: at('arrivals', 'rate'),
    stages: stagesAt(doc, [...path, 'stages']),
    maxUsers: form === 'arrivals' ? at('arrivals', 'max_users') || at('max_users') : at('max_users'),
    maxWait: at('max_wait'),
    readyUsers: at('ready_users'),
    iterations: perUser ? at('iterations', 'per_user') : at('iterations'),
    perUser,
    gracefulStop: at('graceful_stop'),
  };
}

function stagesAt(doc: PlanDocument, path: Path): StageRow[] {
  return Array.from({ length: doc.size(path) }, (_, i) => {
    const at = (key: string) => doc.scalar([...path, i, key]);
    const jump = at('jump') !== undefined;
    return { name: at('name') ?? '', jump, level: at(jump ? 'jump' : 'target') ?? '', duration: at('duration') ?? '' };
  });
}

const given = (text: string) => (text === '' ? undefined : wordOf(text));

/** Writes the load in its form; what belongs to the others goes. */
export function setLoad(doc: PlanDocument, path: Path, load: Omit<LoadView, 'path'>): PlanDocument {
  const arrivals = load.model === 'arrivals';
  const inside = doc.get([...path, 'arrivals']) === undefined || doc.get([...path, 'arrivals', 'max_users']) !== undefined || doc.get([...path, 'max_users']) === undefined;
  const short = load.form === 'arrivals';
  const value: Record<string, unknown> = {
    model: load.form === 'stages' ? (arrivals || doc.get([...path, 'model']) !== undefined ? load.model : undefined) : keptModel(doc, path, load.form),
    users: load.form === 'users' ? given(load.users) : undefined,
    spawn_rate: load.form === 'users' ? given(load.spawnRate) : undefined,
    duration: load.form === 'users' ? given(load.duration) : undefined,
    arrivals: short ? { rate: given(load.rate), duration: given(load.duration), max_users: inside ? given(load.maxUsers) : undefined } : undefined,
    stages: load.form === 'stages' ? load.stages.map(stageFor) : undefined,
    max_users: (short && !inside) || (load.form === 'stages' && arrivals) ? given(load.maxUsers) : undefined,
    max_wait: arrivals || short ? given(load.maxWait) : undefined,
    ready_users: arrivals || short ? given(load.readyUsers) : undefined,
    iterations: load.iterations === '' ? undefined : load.perUser ? { per_user: given(load.iterations) } : given(load.iterations),
    graceful_stop: given(load.gracefulStop),
  };
  // In the order it was written in, so that nothing has to move.
  const keys = doc.keys(path);
  const order = [...keys, ...Object.keys(value).filter((key) => !keys.includes(key))];
  let next = doc;
  for (const key of keys) if (key in value && value[key] === undefined && next.size(path) > 1) next = next.set([...path, key], undefined);
  if (next.size(path) === 0) return next.set(path, value);
  for (const key of order) if (value[key] !== undefined) next = next.set([...path, key], value[key]);
  for (const key of keys) if (key in value && value[key] === undefined) next = next.set([...path, key], undefined);
  return next;
}

function keptModel(doc: PlanDocument, path: Path, form: Model): Model | undefined {
  return doc.get([...path, 'model']) === undefined ? undefined : form;
}

/** The whole length of stages in ms; undefined: one of them has none, or makes no sense to read. */
export function stagesLength(stages: readonly StageRow[], read: (duration: string) => number | undefined): number | undefined {
  let sum = 0;
  for (const stage of stages) {
    const ms = read(stage.duration);
    if (ms === undefined) return undefined;
    sum += ms;
  }
  return sum;
}

export function stageFor(stage: StageRow): Record<string, unknown> {
  return { name: stage.name || undefined, [stage.jump ? 'jump' : 'target']: given(stage.level), duration: given(stage.duration) };
}

export interface ScenarioView {
  path: Path;
  name: string;
  startAt: string;
  /** undefined: all of the plan with their own weights. */
  transactions: { name: string; weight: string }[] | undefined;
  /** The names are a list, so each weighs the same. */
  listed: boolean;
  load: LoadView | undefined;
}

export function scenariosAt(doc: PlanDocument): ScenarioView[] {
  return Array.from({ length: doc.size(['scenarios']) }, (_, i) => {
    const path: Path = ['scenarios', i];
    const list = [...path, 'transactions'];
    const listed = Array.isArray(doc.get(list));
    const names = listed ? Array.from({ length: doc.size(list) }, (_, n) => doc.scalar([...list, n]) ?? '') : doc.keys(list);
    return {
      path,
      name: doc.scalar([...path, 'name']) ?? '',
      startAt: doc.scalar([...path, 'start_at']) ?? '',
      transactions: doc.get(list) === undefined ? undefined : names.map((name) => ({ name, weight: listed ? '1' : (doc.scalar([...list, name]) ?? '') })),
      listed,
      load: loadAt(doc, [...path, 'load']),
    };
  });
}

/** Writes which transactions a scenario has; a list of names while all weigh 1 and it was one. */
export function setScenarioTransactions(doc: PlanDocument, path: Path, chosen: ScenarioView['transactions']): PlanDocument {
  const at = [...path, 'transactions'];
  if (!chosen) return doc.set(at, undefined);
  const list = Array.isArray(doc.get(at)) && chosen.every((t) => t.weight === '1' || t.weight === '');
  return doc.set(at, list ? chosen.map((t) => t.name) : new Map(chosen.map((t) => [t.name, given(t.weight) ?? 1])));
}
