import type { Exchange } from '@/api/types';
import { BEFORE, outcomesOf } from './outcome';

// What was sent lately, over all plans: bodies are kept for no more than the last 20, and
// where these are large for fewer.

export interface Sent {
  id: number;
  plan: string;
  /** Empty: all of the plan. */
  transaction: string;
  environment: string;
  /** When the answer came, in ms of this browser's clock. */
  at: number;
  result: Exchange;
}

const MOST = 20;
/** Of all bodies that are kept, in characters; the newest result stays whatever it has. */
const ROOM = 64 << 20;
let sent: readonly Sent[] = [];
let last = 0;
const listeners = new Set<() => void>();

/** The results, the newest first; the same list until there is another one. */
export function sentLately(): readonly Sent[] {
  return sent;
}

function weightOf(result: Exchange): number {
  const bodies = result.steps.flatMap((step) => step.attempts.flatMap((a) => [a.request.body, a.request.body_base64, a.response?.body, a.response?.body_base64]));
  return bodies.reduce((sum, body) => sum + (body?.length ?? 0), 0);
}

/** As many of the newest as there is room for. */
export function fitting(results: readonly Sent[], room = ROOM): readonly Sent[] {
  let left = room;
  const first = results.findIndex((sent, i) => {
    left -= weightOf(sent.result);
    return i > 0 && (left < 0 || i >= MOST);
  });
  return first < 0 ? results : results.slice(0, first);
}

export function remember(result: Omit<Sent, 'id'>): Sent {
  const added = { ...result, id: ++last };
  sent = fitting([added, ...sent]);
  for (const listener of listeners) listener();
  return added;
}

export function onSent(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What of a result is about a transaction, with what came before it; undefined: nothing. */
export function partOf(sent: Sent, transaction: string): Sent | undefined {
  if (sent.transaction !== '') return sent.transaction === transaction ? sent : undefined;
  const outcomes = outcomesOf(sent.result, [transaction]);
  const ok = outcomes.every((one) => one.ok);
  const steps = sent.result.steps.filter((step) => step.transaction === transaction || BEFORE.includes(step.transaction));
  if (ok && !steps.some((step) => step.transaction === transaction)) return undefined;
  return { ...sent, result: { ...sent.result, ok, steps, duration: steps.reduce((sum, step) => sum + step.latency, 0) } };
}
