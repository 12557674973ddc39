// Extractions and checks tried on the last response of their step.

import type { SampleResponse, SentStep } from '@/api/types';
import type { Path, PlanDocument } from '@/plan';
import type { Sent } from '../../send/use-last';
import { sentStep } from '../use-sent';

/** A response to try rows on, and the variables as they were then. */
export interface Target {
  /** Of the answer that it is of. */
  id: number;
  response: SampleResponse;
  latency: number;
  vars: Record<string, string>;
}

/** Why there is none: it was never sent, a script skipped it, or no answer came. */
export type Lacking = 'notSent' | 'skipped' | 'noResponse';

export interface TriedExtract {
  found: boolean;
  value: string;
  cut?: boolean;
  count?: number;
  message: string;
  bad?: boolean;
}

export interface TriedCheck {
  ok: boolean;
  rule: string;
  actual: string;
  message: string;
  bad?: boolean;
}

export interface Tried {
  extracts: TriedExtract[];
  checks: TriedCheck[];
}

export interface TryOrder {
  extract: unknown[];
  check: unknown[];
  response: Pick<SampleResponse, 'status' | 'headers' | 'body' | 'body_base64'> & { latency: number };
  vars: Record<string, string>;
}

/** How many rows the master tries at once. */
const MOST_ROWS = 100;
/** And how many variables it takes. */
const MOST_VARS = 1000;

/** The last response of the step at path, or why there is none. */
export function targetOf(doc: PlanDocument, results: readonly Sent[], path: Path): Target | Lacking {
  let lacking: Lacking = 'notSent';
  for (const { id, result } of results) {
    const step = sentStep(doc, result, path);
    if (!step) continue;
    const response = step.attempts.at(-1)?.response;
    if (response) return { id, response, latency: step.latency, vars: varsAfter(doc, result.before, result.steps, step) };
    if (lacking === 'notSent') lacking = step.skipped ? 'skipped' : 'noResponse';
  }
  return lacking;
}

/** The variables when a step had its response: constants, then what was set up to it. */
function varsAfter(doc: PlanDocument, before: Record<string, string>, steps: readonly SentStep[], step: SentStep): Record<string, string> {
  const vars = new Map<string, string>();
  for (const name of doc.keys(['variables'])) vars.set(name, doc.scalar(['variables', name]) ?? doc.json(['variables', name], 0) ?? '');
  const upTo = steps.slice(0, steps.indexOf(step) + 1);
  for (const changed of [before, ...upTo.map((s) => s.changed)]) for (const [name, value] of Object.entries(changed)) vars.set(name, value);
  return Object.fromEntries([...vars].slice(-MOST_VARS));
}

/** What the master is asked: these extractions of a step, and these checks. */
export function tryOrder({ response, latency, vars }: Target, extract: readonly unknown[], check: readonly unknown[] = []): TryOrder {
  const rows = extract.slice(0, MOST_ROWS);
  return {
    extract: rows,
    check: check.slice(0, MOST_ROWS - rows.length),
    response: { status: response.status, headers: response.headers, body: response.body, body_base64: response.body_base64, latency },
    vars,
  };
}

/** The items of a list as the file has them. */
export function rowsAt(doc: PlanDocument, list: Path): unknown[] {
  const rows = doc.get(list);
  return Array.isArray(rows) ? (rows as unknown[]) : [];
}
