import type { ThresholdResult } from '@/api/types';

export type Metric = 'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'failures' | 'rps' | 'other';

/** A threshold of everything, taken apart far enough to be drawn. */
export interface Rule {
  metric: Metric;
  /** ms, share 0–1, or a plain number. */
  value: number;
  share: boolean;
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, '%': 0.01, '': 1 };
const PERCENTILES: Record<string, Metric> = { p50: 'p50', p90: 'p90', p95: 'p95', p99: 'p99', 'p99.9': 'p999' };

/** A rule such as "p95 < 500ms abort"; null when it is of a transaction, or of scheduled latency. */
export function parseRule(text: string): Rule | null {
  const found = /^\s*([a-z]+[\d.]*)\s*(?:<=|>=|<|>)\s*([\d.]+)\s*(ms|s|m|h|%)?/.exec(text);
  if (!found) return null;
  const [, name = '', number = '', unit = ''] = found;
  const metric = PERCENTILES[name] ?? (name === 'failures' || name === 'rps' ? name : 'other');
  return { metric, value: Number(number) * (UNITS[unit] ?? 1), share: unit === '%' };
}

/** How the thresholds on a metric of everything stand; null: there are none. */
export function verdictOf(thresholds: readonly ThresholdResult[], metric: Metric): { passed: boolean; rules: string[] } | null {
  const on = thresholds.filter((t) => parseRule(t.rule)?.metric === metric);
  return on.length > 0 ? { passed: on.every((t) => t.passed), rules: on.map((t) => t.rule) } : null;
}

/** Lines of a chart for thresholds on any of some metrics. */
export function limitsOf(thresholds: readonly { rule: string }[], metrics: readonly Metric[]): { value: number; label: string }[] {
  return thresholds.flatMap((t) => {
    const rule = parseRule(t.rule);
    return rule && metrics.includes(rule.metric) ? [{ value: rule.value, label: t.rule }] : [];
  });
}

/** The share of failed requests from which on a row is bad: that of a threshold, or else none. */
export function failureLimit(thresholds: readonly { rule: string }[]): number | null {
  const shares = thresholds.flatMap((t) => {
    const rule = parseRule(t.rule);
    return rule?.metric === 'failures' && rule.share ? [rule.value] : [];
  });
  return shares.length > 0 ? Math.min(...shares) : null;
}

/** The unit that a rule's value is in, whatever the rule is of. */
export function ruleUnit(rule: string): 'ms' | 'share' | 'number' {
  const unit = /[<>]=?\s*[\d.]+\s*(ms|s|m|h|%)?/.exec(rule)?.[1];
  if (unit === '%') return 'share';
  return unit ? 'ms' : 'number';
}
