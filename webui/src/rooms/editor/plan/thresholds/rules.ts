import type { PlanDocument } from '@/plan';
import { printRule, unitOf, type Rule } from '@/plan/thresholds';
import { nameOf } from '../../outline';

/** Metrics that every run has; scripts may add their own. */
export const METRICS = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'mean', 'max', 'failures', 'rps', 'dropped'] as const;

export const OPERATORS: readonly Rule['operator'][] = ['<', '<=', '>', '>='];

export const NEW_RULE: Rule = { metric: 'p95', scheduled: false, target: '', operator: '<', value: '500ms', over: '', after: '', abort: false };

/** What holds where a plan says nothing of thresholds. */
export const STANDARD = 'failures < 1%';

/** What a rule may be of: transactions, and steps as "transaction / step". */
export function targetsOf(doc: PlanDocument): string[] {
  const all: string[] = [];
  const steps = (owner: string, list: readonly (string | number)[]) => {
    for (let i = 0; i < doc.size(list); i++) {
      const at = [...list, i];
      const name = doc.get([...at, 'repeat']) === undefined && doc.get([...at, 'if']) === undefined ? nameOf(doc, at) : '';
      if (name !== '') all.push(owner === '' ? name : `${owner} / ${name}`);
      steps(owner, [...at, 'steps']);
      steps(owner, [...at, 'else']);
    }
  };
  for (let i = 0; i < doc.size(['transactions']); i++) {
    const name = doc.scalar(['transactions', i, 'name']) ?? '';
    if (name !== '') all.push(name);
    steps(name, ['transactions', i, 'steps']);
  }
  for (const list of ['setup', 'user_start', 'user_stop', 'teardown']) steps('', [list]);
  return [...new Set(all)];
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
