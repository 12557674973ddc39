import type { ThresholdResult } from '@/api/types';
import { parseDuration } from '@/plan/duration';
import { parseRule as partsOf } from '@/plan/thresholds';

export type Metric = 'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'failures' | 'rps' | 'other';

/** A threshold of everything, taken apart far enough to be drawn. */
export interface Rule {
  metric: Metric;
  /** ms, share 0–1, or a plain number. */
  value: number;
  share: boolean;
}

const PERCENTILES: Record<string, Metric> = { p50: 'p50', p90: 'p90', p95: 'p95', p99: 'p99', 'p99.9': 'p999' };

/** A rule such as "p95 < 500ms abort"; null when it is of a transaction, or of scheduled latency. */
export function parseRule(text: string): Rule | null {
  const rule = partsOf(text);
  if (!rule || rule.target !== '' || rule.scheduled) return null;
  const { metric: name, value } = rule;
  const metric = PERCENTILES[name] ?? (name === 'failures' || name === 'rps' ? name : 'other');
  const share = value.endsWith('%');
  return { metric, value: share ? Number(value.slice(0, -1)) / 100 : (isNumber(value) ? Number(value) : (parseDuration(value) ?? Number.NaN)), share };
}

function isNumber(text: string): boolean {
  return Number.isFinite(Number(text));
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
  const value = partsOf(rule)?.value ?? '';
  if (value.endsWith('%')) return 'share';
  return value === '' || isNumber(value) ? 'number' : 'ms';
}
