import type { PlanDocument } from '@/plan';
import { Rows, targetOf } from '@/plan/targets';
import { printRule, unitOf, type Rule } from '@/plan/thresholds';

/** Metrics that every run has; scripts may add their own. */
export const METRICS = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'mean', 'max', 'failures', 'rps', 'dropped'] as const;

export const OPERATORS: readonly Rule['operator'][] = ['<', '<=', '>', '>='];

export const NEW_RULE: Rule = { metric: 'p95', scheduled: false, target: '', operator: '<', value: '500ms', over: '', after: '', abort: false };

/** What holds where a plan says nothing of thresholds. */
export const STANDARD = 'failures < 1%';

/** What a rule may be of: transactions, steps as "transaction / step", and what is played around them by its name. */
export function targetsOf(doc: PlanDocument): string[] {
  const rows = new Rows(doc);
  const played = rows.list().filter((row) => row.step !== '' || !row.transaction.startsWith('('));
  return [...new Set(played.map((row) => (row.transaction.startsWith('(') ? rows.shortest(row) : targetOf(row))).filter((name) => name !== ''))];
}

/** A metric of a script is named by itself, or in parentheses behind what of it is meant. */
export function unitFor(rule: Rule): 'duration' | 'share' | 'number' {
  return unitOf(rule.metric, !METRICS.some((m) => m === rule.metric) && !/^p\d/.test(rule.metric));
}

/** Another metric; a value that does not fit it is replaced by one that does. */
export function withMetric(rule: Rule, metric: string): Rule {
  const next = { ...rule, metric };
  const unit = unitFor(next);
  if (unit === unitFor(rule)) return next;
  const value = { duration: '500ms', share: '1%', number: '100' }[unit];
  return { ...next, value, operator: metric === 'rps' ? '>' : '<', scheduled: unit === 'duration' && rule.scheduled };
}

/** What is wrong with a value, as far as it can be seen here. */
export function valueFits(rule: Rule): boolean {
  const forms = { duration: /^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/, share: /^\d+(\.\d+)?%?$/, number: /^-?\d+(\.\d+)?$/ };
  return forms[unitFor(rule)].test(rule.value);
}

/** The rule as the plan has it, also while its value is not there yet: a space at the end would need quotes. */
export function ruleText(rule: Rule): string {
  return printRule(rule).trimEnd();
}

export function setRule(doc: PlanDocument, index: number, rule: Rule): PlanDocument {
  return doc.set(['thresholds', index], ruleText(rule));
}
