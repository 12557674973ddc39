// What Send once says of a plan before it is started.
import type { Path, PlanDocument } from '@/plan';
import { scenariosAt } from '@/plan/load';
import { transactionsAt } from '@/plan/view';
import { BEFORE } from '../send/outcome';
import { statesOf, wordFor, type Settings } from '../send/plan-state';
import type { Verdict } from '../send/verdicts';
import type { StartForm } from './form';

export interface SentCheck {
  /** Failed as they would be started now: first what comes before the transactions, then these in the order of the plan. */
  failed: Verdict[];
  /** Failed, but with another environment, address or variables than those of the dialog. */
  elsewhere: Verdict[];
  /** How many of all that would be played have passed. */
  passed: number;
  all: number;
}

/** The transactions that a run plays: those that some scenario, or the plan without any, gives a weight. */
export function playedIn(doc: PlanDocument): string[] {
  const transactions = transactionsAt(doc);
  const scenarios = scenariosAt(doc);
  const listed = new Set(scenarios.flatMap((s) => s.transactions?.filter((t) => t.weight === '' || Number(t.weight) > 0).map((t) => t.name) ?? []));
  const own = scenarios.length === 0 || scenarios.some((s) => !s.transactions);
  return transactions.filter((t) => t.enabled && ((own && t.share > 0) || listed.has(t.name))).map((t) => t.name);
}

/** With what a start, or a send of all, with this form goes. */
export function settingsOf(form: StartForm): Settings {
  const variables = form.variables.map((v): [string, string] => [v.name.trim(), v.value]).filter(([name]) => name !== '');
  return { environment: form.environment, baseUrl: form.baseUrl.trim(), variables: Object.fromEntries(variables) };
}

/** What is known of the plan as it is now; a send of what was changed since says nothing. */
export function checkSent(doc: PlanDocument, verdicts: readonly Verdict[], settings: Settings): SentCheck {
  const [stateOf, word, played] = [statesOf(doc), wordFor(doc, settings), playedIn(doc)];
  const known = [...BEFORE, ...played].flatMap((name) => verdicts.find((v) => v.transaction === name && v.state === stateOf(name)) ?? []);
  const here = known.filter((v) => v.settings === word);
  return {
    failed: here.filter((v) => !v.ok),
    elsewhere: known.filter((v) => !v.ok && v.settings !== word),
    passed: here.filter((v) => v.ok && played.includes(v.transaction)).length,
    all: played.length,
  };
}

/** Tells a failure from those before it. */
export const keyOf = (verdict: Verdict) => `${verdict.at} ${verdict.transaction}`;

/** The part of the plan that a name of the master's is about, where it is none of a transaction. */
export function partOfLifecycle(name: string): 'setup' | 'user_start' | undefined {
  return (['setup', 'user_start'] as const)[BEFORE.indexOf(name)];
}

/** Where a failure is seen and mended: its transaction, with its send beside it; of what comes before them, the one it was sent with. */
export function placeOf(doc: PlanDocument, { transaction, sent }: Verdict): Path {
  const part = partOfLifecycle(transaction);
  const index = transactionsAt(doc).findIndex((t) => t.name === (part ? sent : transaction));
  return index >= 0 ? ['transactions', index] : [part ?? 'transactions'];
}
