import type { Exchange } from '@/api/types';

// What was sent lately, over all plans: bodies are kept for no more than the last 20.

export interface Sent {
  id: number;
  plan: string;
  transaction: string;
  environment: string;
  /** When the answer came, in ms of this browser's clock. */
  at: number;
  result: Exchange;
}

const MOST = 20;
let sent: readonly Sent[] = [];
let last = 0;
const listeners = new Set<() => void>();

/** The results, the newest first; the same list until there is another one. */
export function sentLately(): readonly Sent[] {
  return sent;
}

export function remember(result: Omit<Sent, 'id'>): Sent {
  const added = { ...result, id: ++last };
  sent = [added, ...sent].slice(0, MOST);
  for (const listener of listeners) listener();
  return added;
}

export function onSent(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
