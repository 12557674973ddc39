import type { RowSummary, RunResult } from '@/api/types';

export const ROW_COLUMNS = ['share', 'rps', 'requests', 'failures', 'fail_share', 'p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean', 'bytes', 'trend'] as const;
export type RowColumn = (typeof ROW_COLUMNS)[number];
export type SortColumn = Exclude<RowColumn, 'trend'> | 'name';

export interface Sort {
  by: SortColumn;
  descending: boolean;
}

/** The Σ row. */
export interface Total extends RowSummary {
  /** Of all transactions. */
  iterations: number;
}

/** A transaction with its steps, or a row of the run's lifecycle. */
export interface Row {
  /** Of the whole run, unchanged between ticks. */
  key: string;
  name: string;
  scenario: string;
  summary: RowSummary;
  steps: Row[];
  /** The transaction that it is of, or is. */
  transaction: string;
}

/** Nests steps and groups under their transactions; lifecycle rows stand beside them. */
export function nestRows(rows: readonly RowSummary[]): Row[] {
  const tops = new Map<string, Row>();
  const severalScenarios = new Set(rows.map((r) => r.scenario)).size > 1;
  const top = (r: RowSummary): Row => {
    const key = `${r.scenario}\u0000${r.transaction}`;
    const found = tops.get(key);
    if (found) return found;
    const name = severalScenarios && r.scenario ? `${r.scenario} / ${r.transaction}` : r.transaction;
    const made = { key, name, scenario: r.scenario, summary: r, steps: [], transaction: r.transaction };
    tops.set(key, made);
    return made;
  };
  for (const r of rows) {
    const row = top(r);
    if (r.kind === 'transaction') row.summary = r;
    else row.steps.push({ key: `${row.key}\u0000${r.kind}\u0000${r.step}`, name: r.step, scenario: r.scenario, summary: r, steps: [], transaction: r.transaction });
  }
  return [...tops.values()].map((row) => {
    if (row.summary.kind !== 'transaction') return row;
    // Bytes are counted by steps.
    const bytes = (name: 'bytes_in' | 'bytes_out') => row.steps.reduce((sum, s) => sum + (s.summary.kind === 'step' ? s.summary[name] : 0), 0);
    return { ...row, summary: { ...row.summary, bytes_in: bytes('bytes_in'), bytes_out: bytes('bytes_out') } };
  });
}

export function failShare(r: RowSummary): number {
  return shareOf(r.failures, r.requests);
}

function shareOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

/** The number of a column, for sorting and for showing. */
export function rowValue(r: RowSummary, column: Exclude<RowColumn, 'trend'>, total: Total): number {
  switch (column) {
    case 'share':
      return shareOf(r.requests, r.kind === 'transaction' ? total.iterations : total.requests);
    case 'fail_share':
      return failShare(r);
    case 'bytes':
      return shareOf(r.bytes_in, r.requests);
    default:
      return r[column];
  }
}

/** Sorts transactions, and the steps of each; those that are equal stay in the order of their names. */
export function sortRows(rows: readonly Row[], sort: Sort, total: Total): Row[] {
  const sign = sort.descending ? -1 : 1;
  const compare = (a: Row, b: Row): number => {
    if (sort.by === 'name') return sign * a.name.localeCompare(b.name);
    const by = rowValue(a.summary, sort.by, total) - rowValue(b.summary, sort.by, total);
    return by !== 0 && !Number.isNaN(by) ? sign * by : a.name.localeCompare(b.name);
  };
  return [...rows].sort(compare);
}

/** Puts rows in the order of the given keys; what is new comes last. */
export function inOrder(rows: readonly Row[], keys: readonly string[]): Row[] {
  const place = new Map(keys.map((key, i) => [key, i]));
  return [...rows].sort((a, b) => (place.get(a.key) ?? keys.length) - (place.get(b.key) ?? keys.length));
}

export function filterRows(rows: readonly Row[], text: string): Row[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [...rows];
  return rows.filter((r) => r.name.toLowerCase().includes(wanted) || r.steps.some((s) => s.name.toLowerCase().includes(wanted)));
}

/** What the Σ row says: counts are sums of all requests, percentiles those given, since rows' cannot be joined. */
export function totalRow(rows: readonly RowSummary[], known: Partial<RowSummary>): Total {
  const total: Total = { iterations: 0, id: -1, kind: 'step', scenario: '', transaction: '', step: '', requests: 0, failures: 0, interrupted: 0, warnings: 0, rps: 0, fail_rps: 0, bytes_in: 0, bytes_out: 0, status: {}, mean: 0, p50: Number.NaN, p90: Number.NaN, p95: Number.NaN, p99: Number.NaN, p999: Number.NaN, max: 0 };
  for (const r of rows) {
    if (r.kind === 'transaction') total.iterations += r.requests;
    if (r.kind !== 'step') continue;
    for (const name of ['requests', 'failures', 'interrupted', 'warnings', 'rps', 'fail_rps', 'bytes_in', 'bytes_out'] as const) total[name] += r[name];
    total.mean += r.mean * r.requests;
    total.max = Math.max(total.max, r.max);
  }
  total.mean = total.requests > 0 ? total.mean / total.requests : 0;
  return { ...total, ...known };
}

/** The percentiles of everything that a result knows. */
export function totalOf(result: RunResult): Partial<RowSummary> {
  const { p50, p90, p95, p99, p999, max, mean } = result.total.latency;
  return { p50, p90, p95, p99, p999, max, mean, requests: result.total.requests, failures: result.total.failures, rps: result.total.rps };
}

/** The class of a share of failed requests: a sign and a colour. */
export function failLevel(share: number, limit: number | null): 'good' | 'warn' | 'bad' {
  if (limit !== null && share > limit) return 'bad';
  return share > 0.01 ? 'warn' : 'good';
}
