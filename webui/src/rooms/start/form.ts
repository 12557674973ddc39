// The values of the start dialog.
import { readDuration } from '@/plan/duration';
import type { StageRow } from '@/plan/load';

/** Whose load: the plan's own, or one of these instead. */
export type LoadKind = 'plan' | 'users' | 'rate' | 'stages';
export type WorkerKind = 'all' | 'count' | 'ids';

/** Texts as they were typed; empty: as the plan says. */
export interface StartForm {
  name: string;
  note: string;
  tags: string[];
  environment: string;
  baseUrl: string;
  load: LoadKind;
  users: string;
  spawnRate: string;
  rate: string;
  maxUsers: string;
  duration: string;
  gracefulStop: string;
  stages: StageRow[];
  scenario: string;
  scale: string;
  seed: string;
  variables: { name: string; value: string }[];
  workers: WorkerKind;
  count: string;
  ids: string[];
}

export const EMPTY: StartForm = {
  name: '', note: '', tags: [], environment: '', baseUrl: '', load: 'plan', users: '', spawnRate: '', rate: '', maxUsers: '', duration: '', gracefulStop: '',
  stages: [], scenario: '', scale: '', seed: '', variables: [], workers: 'all', count: '', ids: [],
};

/** Fields that hold something that makes no sense. */
export type Fault = 'users' | 'spawnRate' | 'rate' | 'maxUsers' | 'duration' | 'gracefulStop' | 'scale' | 'seed' | 'count' | 'ids' | 'stages' | 'tags';

function isNumber(text: string, whole: boolean, above: boolean): boolean {
  const n = Number(text);
  return text.trim() !== '' && Number.isFinite(n) && (above ? n > 0 : n >= 0) && (!whole || Number.isSafeInteger(n));
}

const optional = (text: string, whole: boolean, above: boolean) => text.trim() === '' || isNumber(text, whole, above);

/** Nothing, or a duration; 0 as well: a load until it is stopped, an end at once. */
const optionalTime = (text: string) => text.trim() === '' || readDuration(text) !== undefined;

export function faults(form: StartForm): Fault[] {
  const found: Fault[] = [];
  const need = (ok: boolean, fault: Fault) => {
    if (!ok) found.push(fault);
  };
  if (form.load === 'users') {
    need(isNumber(form.users, true, false), 'users');
    need(optional(form.spawnRate, false, true), 'spawnRate');
  }
  if (form.load === 'rate') {
    need(isNumber(form.rate, false, false), 'rate');
    need(optional(form.maxUsers, true, true), 'maxUsers');
  }
  if (form.load === 'stages') {
    need(form.stages.length > 0 && form.stages.every((s, i) => isNumber(s.level, false, false) && (readDuration(s.duration) !== undefined || (s.duration === '' && i === form.stages.length - 1))), 'stages');
  } else need(optionalTime(form.duration), 'duration');
  need(optionalTime(form.gracefulStop), 'gracefulStop');
  need(optional(form.scale, false, true), 'scale');
  need(optional(form.seed, true, false), 'seed');
  need(form.tags.every((tag) => /^[^=]+=/.test(tag)), 'tags');
  if (form.workers === 'count') need(isNumber(form.count, true, true), 'count');
  if (form.workers === 'ids') need(form.ids.length > 0, 'ids');
  return found;
}
