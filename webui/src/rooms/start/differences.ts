// What a start would change of its plan: shown before it starts, since some of it is only remembered.
import type { Path, PlanDocument } from '@/plan';
import { readDuration } from '@/plan/duration';
import { setLoad } from '@/plan/load';
import { wordOf } from '@/plan/value';
import { EMPTY, type StartForm } from './form';
import { writtenStages, writtenTime } from './order';
import { loadPath, plannedLength, plannedLoad, sameTime, type Load } from './planned';

/** A field of the dialog, as its texts name it. */
type Field = 'environment' | 'baseUrl' | 'users' | 'spawnRate' | 'rate' | 'maxUsers' | 'duration' | 'gracefulStop' | 'load' | 'scale' | 'seed' | 'variable' | 'tag' | 'count' | 'ids';

export interface Difference {
  field: Field;
  /** Which variable, which tag, which scenario. */
  name?: string;
  /** As people read it; empty: nothing is given. A load stands for its numbers. */
  was: string | Load;
  now: string | Load;
  /** The form without it. */
  use: Partial<StartForm>;
  /** The plan with it; undefined: a plan does not say such a thing. */
  save?: (doc: PlanDocument) => PlanDocument;
}

const same = (a: string, b: string) => a === b || (a !== '' && b !== '' && Number(a) === Number(b));

/** The load of the form as a plan would write it. */
export function loadOf(planned: Load, form: StartForm): Load {
  const endless = form.duration.trim() !== '' && readDuration(form.duration) === 0;
  const duration = form.duration.trim() === '' ? plannedLength(planned) : endless ? '' : writtenTime(form.duration);
  const gracefulStop = writtenTime(form.gracefulStop) || planned.gracefulStop;
  switch (form.load) {
    case 'plan':
      return { ...planned, gracefulStop };
    case 'users':
      return { ...planned, form: 'users', model: 'users', users: form.users.trim(), spawnRate: form.spawnRate.trim(), duration, gracefulStop };
    case 'rate':
      return { ...planned, form: 'arrivals', model: 'arrivals', rate: form.rate.trim(), maxUsers: form.maxUsers.trim() || planned.maxUsers, duration, gracefulStop };
    case 'stages':
      return { ...planned, form: 'stages', stages: writtenStages(form.stages), gracefulStop };
  }
}

function loadDifferences(doc: PlanDocument, form: StartForm): Difference[] {
  const path = loadPath(doc, form.scenario);
  const name = form.scenario || undefined;
  const found: Difference[] = [];
  const ending = writtenTime(form.gracefulStop);
  const planned = path ? plannedLoad(doc, path) : undefined;
  if (ending !== '' && !(planned && sameTime(ending, planned.gracefulStop || '30s'))) {
    found.push({ field: 'gracefulStop', name, was: planned ? planned.gracefulStop || '30s' : '', now: ending, use: { gracefulStop: '' }, save: path && ((d) => setLoad(d, path, { ...plannedLoad(d, path), gracefulStop: ending })) });
  }
  if (!planned || !path) return found;
  const now = loadOf(planned, form);
  const put = (change: Partial<Load>) => (d: PlanDocument) => setLoad(d, path, { ...plannedLoad(d, path), ...change });
  if (form.load === 'plan') {
    // The length alone: the peak is held for so long.
    if (form.duration.trim() !== '') found.push({ field: 'duration', name, was: plannedLength(planned), now: writtenTime(form.duration), use: { duration: '' }, save: planned.form === 'stages' ? undefined : put({ duration: writtenTime(form.duration) }) });
    return found;
  }
  if (now.form !== planned.form || now.form === 'stages') {
    const alike = now.form === planned.form && JSON.stringify(now.stages) === JSON.stringify(writtenStages(planned.stages));
    if (!alike) found.push({ field: 'load', name, was: planned, now, use: { load: 'plan', duration: '', stages: [] }, save: put({ ...now, gracefulStop: planned.gracefulStop }) });
    return found;
  }
  const numbers = now.form === 'users' ? (['users', 'spawnRate'] as const) : (['rate', 'maxUsers'] as const);
  for (const key of numbers) if (!same(now[key], planned[key])) found.push({ field: key, name, was: planned[key], now: now[key], use: { [key]: planned[key] }, save: put({ [key]: now[key] }) });
  if (!sameTime(now.duration, planned.duration)) found.push({ field: 'duration', name, was: planned.duration, now: now.duration, use: { duration: planned.duration }, save: put({ duration: now.duration }) });
  return found;
}

/** Everything in which a start with this form differs from its plan, in the order of the dialog. */
export function differences(doc: PlanDocument, form: StartForm): Difference[] {
  const at = (path: Path) => doc.scalar(path) ?? '';
  const into = (path: Path, value: unknown) => (d: PlanDocument) => d.set(path, value);
  const found: Difference[] = [];
  if (form.environment !== '') found.push({ field: 'environment', was: '', now: form.environment, use: { environment: '' } });
  found.push(...loadDifferences(doc, form));
  if (form.load === 'plan' && form.scale.trim() !== '' && Number(form.scale) !== 1) found.push({ field: 'scale', was: '1', now: form.scale.trim(), use: { scale: '' } });
  const base = form.baseUrl.trim();
  if (base !== '' && base !== at(['base_url'])) found.push({ field: 'baseUrl', was: at(['base_url']), now: base, use: { baseUrl: '' }, save: into(['base_url'], base) });
  if (form.workers === 'count' && form.count.trim() !== '' && form.count.trim() !== at(['run', 'workers', 'count'])) {
    found.push({ field: 'count', was: at(['run', 'workers', 'count']), now: form.count.trim(), use: { workers: EMPTY.workers, count: '' }, save: into(['run', 'workers', 'count'], Number(form.count)) });
  }
  if (form.workers === 'ids' && form.ids.length > 0) found.push({ field: 'ids', was: at(['run', 'workers', 'count']), now: form.ids.join(', '), use: { workers: EMPTY.workers, ids: [] } });
  if (form.seed.trim() !== '' && form.seed.trim() !== at(['run', 'seed'])) found.push({ field: 'seed', was: at(['run', 'seed']), now: form.seed.trim(), use: { seed: '' }, save: into(['run', 'seed'], Number(form.seed)) });
  for (const { name, value } of form.variables) {
    const path = ['variables', name];
    if (value !== at(path)) found.push({ field: 'variable', name, was: at(path), now: value, use: { variables: form.variables.filter((v) => v.name !== name) }, save: into(path, wordOf(value)) });
  }
  for (const tag of form.tags.filter((text) => /^[^=]+=/.test(text))) {
    const name = tag.slice(0, tag.indexOf('='));
    const value = tag.slice(name.length + 1);
    const path = ['run', 'tags', name];
    if (value !== at(path)) found.push({ field: 'tag', name, was: at(path), now: value, use: { tags: form.tags.filter((other) => other !== tag) }, save: into(path, wordOf(value)) });
  }
  return found;
}

/** Whether a form has the same difference: it is only remembered, not typed. */
export function isOf(difference: Difference, others: readonly Difference[]): boolean {
  return others.some((o) => o.field === difference.field && o.name === difference.name && JSON.stringify(o.now) === JSON.stringify(difference.now));
}
