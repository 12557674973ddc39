import type { Exchange, SentStep } from '@/api/types';

/** What comes before the transactions, as the master names it among them. */
export const BEFORE: readonly string[] = ['(setup)', '(user start)'];

/** How a transaction, or a part of what comes before it, came out. */
export interface Outcome {
  transaction: string;
  ok: boolean;
  /** Of the first step that failed: its name, the kind of the failure as the master names it, and its words. */
  step: string;
  kind: string;
  message: string;
}

/** What is kept of the words of a failure, in characters. */
const MOST_WORDS = 300;

function outcome(transaction: string, failed: Partial<SentStep> | undefined): Outcome {
  return { transaction, ok: !failed, step: failed?.step ?? '', kind: failed ? failed.class || 'ended' : '', message: (failed?.message ?? '').slice(0, MOST_WORDS) };
}

/**
 * How each transaction came out, of those that were asked for, in the order of the plan. One
 * that was not come to is not among them: what is before it failed, or the time was over.
 */
export function outcomesOf({ ok, steps, log }: Exchange, asked: readonly string[]): Outcome[] {
  const found: Outcome[] = [];
  const fault = (transaction: string) => steps.find((step) => step.transaction === transaction && !step.ok);
  for (const part of BEFORE) {
    found.push(outcome(part, fault(part)));
    if (found.at(-1)?.ok === false) return found;
  }
  for (const name of asked) if (ok || steps.some((step) => step.transaction === name)) found.push(outcome(name, fault(name)));
  if (!ok && steps.every((step) => step.ok)) {
    // The step that failed is not among those that are shown.
    const last = found.pop();
    if (last) found.push(outcome(last.transaction, { message: log.findLast((line) => line.level === 'error')?.message }));
  }
  return found;
}
