// What the master is asked for with the values of the start dialog, and back.
import type { Overrides, StartOrder } from '@/api/types';
import { parsePlan, type PlanDocument } from '@/plan';
import { printDuration, readDuration } from '@/plan/duration';
import { loadAt, setLoad, type StageRow } from '@/plan/load';
import { EMPTY, type StartForm } from './form';
import { plannedLoad, PLAIN } from './planned';

/** A duration that was typed, as plans write it; empty: as the plan says. */
export const writtenTime = (text: string) => (text.trim() === '' ? '' : printDuration(readDuration(text) ?? 0));

const numberOf = (text: string) => (text.trim() === '' ? undefined : Number(text));

function overridesOf(form: StartForm): Overrides {
  const o: Overrides = {};
  if (form.baseUrl.trim() !== '') o.base_url = form.baseUrl.trim();
  if (form.scenario !== '') o.scenario = form.scenario;
  o.scale = numberOf(form.scale);
  o.seed = numberOf(form.seed);
  if (form.load === 'users') {
    o.users = numberOf(form.users);
    o.spawn_rate = numberOf(form.spawnRate);
  }
  if (form.load === 'rate') {
    o.rate = numberOf(form.rate);
    o.max_users = numberOf(form.maxUsers);
  }
  if (form.load !== 'stages') o.duration = writtenTime(form.duration) || undefined;
  o.graceful_stop = writtenTime(form.gracefulStop) || undefined;
  const variables = form.variables.filter((v) => v.name.trim() !== '');
  if (variables.length > 0) o.variables = Object.fromEntries(variables.map((v) => [v.name.trim(), v.value]));
  if (form.tags.length > 0) o.tags = Object.fromEntries(form.tags.map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]));
  return o;
}

/** Stages with their durations as plans write them. */
export function writtenStages(stages: readonly StageRow[]): StageRow[] {
  return stages.map((s) => ({ ...s, duration: writtenTime(s.duration) }));
}

/** The order of a start. Stages are no override: the plan goes along with them in it. */
export function orderOf(plan: string, form: StartForm, doc: PlanDocument | undefined, given: { env: Record<string, string>; secrets: Record<string, string> }): StartOrder {
  const order: StartOrder = { plan, overrides: overridesOf(form), workers: {} };
  if (form.load === 'stages' && doc) {
    delete order.plan;
    order.inline = setLoad(doc, PLAIN, { ...plannedLoad(doc, PLAIN), form: 'stages', stages: writtenStages(form.stages) }).text;
    order.file = `${plan}.yaml`;
  }
  if (form.name.trim() !== '') order.name = form.name.trim();
  if (form.note.trim() !== '') order.note = form.note.trim();
  if (form.environment !== '') order.environment = form.environment;
  if (form.workers === 'count') order.workers = { count: numberOf(form.count) };
  if (form.workers === 'ids') order.workers = { ids: form.ids };
  if (Object.keys(given.env).length > 0) order.env = given.env;
  if (Object.keys(given.secrets).length > 0) order.secrets = given.secrets;
  return order;
}

/** The form of an earlier start. Stages went along in its plan, which then had no name. */
export function formOf(order: StartOrder, planText = ''): StartForm {
  const stages = order.plan ? undefined : loadAt(parsePlan(planText), PLAIN);
  const o = order.overrides ?? {};
  const text = (value: number | undefined) => (value === undefined ? '' : String(value));
  const w = order.workers ?? {};
  return {
    ...EMPTY,
    name: order.name ?? '',
    environment: order.environment ?? '',
    baseUrl: o.base_url ?? '',
    load: stages?.form === 'stages' ? 'stages' : o.users !== undefined ? 'users' : o.rate !== undefined ? 'rate' : 'plan',
    users: text(o.users),
    spawnRate: text(o.spawn_rate),
    rate: text(o.rate),
    maxUsers: text(o.max_users),
    duration: o.duration ?? '',
    gracefulStop: o.graceful_stop ?? '',
    stages: stages?.form === 'stages' ? stages.stages : [],
    scenario: o.scenario ?? '',
    scale: text(o.scale),
    seed: text(o.seed),
    variables: Object.entries(o.variables ?? {}).map(([name, value]) => ({ name, value })),
    tags: Object.entries(o.tags ?? {}).map(([name, value]) => `${name}=${value}`),
    workers: w.ids?.length ? 'ids' : w.count ? 'count' : 'all',
    count: text(w.count),
    ids: w.ids ?? [],
  };
}
