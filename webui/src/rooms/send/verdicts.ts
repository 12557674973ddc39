import { useMemo, useSyncExternalStore } from 'react';
import type { PlanDocument } from '@/plan';
import type { Outcome } from './outcome';
import { statesOf, wordFor, type Settings } from './plan-state';

// How each transaction came out when it was last sent once: without bodies, so it is there
// longer than what was sent. It is kept for as long as the tab is there, over a reload too.

export interface Verdict extends Outcome {
  plan: string;
  /** The transaction that was sent; empty: all of the plan. */
  sent: string;
  /** When the answer came, in ms of this browser's clock. */
  at: number;
  /** What of the plan it is of; see statesOf. */
  state: string;
  /** With which settings; see wordFor. */
  settings: string;
}

const KEY = 'lh-sent-once';
/** Over all plans; the oldest give way. */
const MOST = 500;

let kept: readonly Verdict[] | undefined;
const listeners = new Set<() => void>();

function stored(): readonly Verdict[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(found) ? found.filter((v): v is Verdict => typeof v === 'object' && v !== null && 'state' in v && 'settings' in v) : [];
  } catch {
    return []; // it is as if nothing had been sent
  }
}

/** The newest first; the same list until there is another one. */
export function verdicts(): readonly Verdict[] {
  kept ??= stored();
  return kept;
}

export interface SentOnce {
  plan: string;
  doc: PlanDocument;
  settings: Settings;
  sent: string;
  at: number;
}

/** Keeps how a send came out: of each transaction the last time counts. */
export function keepOutcomes({ plan, doc, settings, sent, at }: SentOnce, outcomes: readonly Outcome[]): void {
  const [stateOf, word] = [statesOf(doc), wordFor(doc, settings)];
  const added = outcomes.map((outcome): Verdict => ({ ...outcome, plan, sent, at, state: stateOf(outcome.transaction), settings: word }));
  const others = verdicts().filter((v) => v.plan !== plan || added.every((a) => a.transaction !== v.transaction));
  kept = [...added, ...others].slice(0, MOST);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A full or forbidden storage: it holds until the page is left.
  }
  for (const listener of listeners) listener();
}

function onVerdict(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useVerdictsOf(plan: string): readonly Verdict[] {
  const all = useSyncExternalStore(onVerdict, verdicts);
  return useMemo(() => all.filter((v) => v.plan === plan), [all, plan]);
}
