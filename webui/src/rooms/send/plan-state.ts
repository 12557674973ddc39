import type { PlanDocument } from '@/plan';
import { BEFORE } from './outcome';

/** What of a plan has no part in what is sent once. */
const ELSEWHERE = new Set(['name', 'description', 'transactions', 'load', 'scenarios', 'measure', 'thresholds', 'samples', 'user_stop', 'teardown', 'run']);
/** And what of its run has. */
const OF_RUN = ['lua_timeout', 'tag_requests'];

/** 64 bits of a text (two rounds of FNV-1a): texts that differ are told apart; nobody is to be kept from guessing one. */
function digest(text: string): string {
  let [a, b] = [0x811c9dc5, 0x1b873593];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}

/**
 * For each transaction, or part of what comes before it, a word for all that its sending
 * depends on in the plan: it changes with any of that, and not with how the file writes it,
 * the load, or another transaction. Libraries, data files and environments are not known here.
 */
export function statesOf(doc: PlanDocument): (transaction: string) => string {
  const written = (path: (string | number)[]) => `${path.join('/')}: ${doc.json(path, 0) ?? ''}\n`;
  const around = [...doc.keys([]).filter((key) => !ELSEWHERE.has(key)).map((key) => written([key])), ...OF_RUN.map((key) => written(['run', key]))].toSorted().join('');
  const index = new Map(Array.from({ length: doc.size(['transactions']) }, (_, i) => [doc.scalar(['transactions', i, 'name']) ?? '', i]));
  return (transaction) => {
    if (BEFORE.includes(transaction)) return digest(around);
    const at = index.get(transaction);
    return digest(around + (at === undefined ? '' : (doc.json(['transactions', at], 0) ?? '')));
  };
}

/** With what besides the plan a transaction is sent. */
export interface Settings {
  environment: string;
  baseUrl: string;
  variables: Readonly<Record<string, string>>;
}

/** A word for settings: those that say the same have the same. What only repeats the plan says nothing. */
export function wordFor(doc: PlanDocument, { environment, baseUrl, variables }: Settings): string {
  const others = Object.entries(variables).filter(([name, value]) => value !== doc.scalar(['variables', name]));
  return digest(JSON.stringify([environment, baseUrl === doc.scalar(['base_url']) ? '' : baseUrl, others.toSorted()]));
}
