// Rules on the statistics, taken apart for a form and put together again. The grammar is
// that of plan.ParseThreshold:
//   metric [scheduled] [(target)] op value [over D] [after D] [abort]

export interface Rule {
  /** p50 … p99.9, mean, max, min, failures, rps, dropped, or the name of a metric of a script. */
  metric: string;
  /** From the intended start (arrivals). */
  scheduled: boolean;
  /** A transaction, "transaction / step", or a metric of a script; empty: the whole. */
  target: string;
  operator: '<' | '<=' | '>' | '>=';
  /** 200ms, 1%, 5. */
  value: string;
  over: string;
  after: string;
  abort: boolean;
}

/** undefined: the text is no rule; it is then shown as it is. */
export function parseRule(text: string): Rule | undefined {
  const at = operatorAt(text);
  if (at < 0) return undefined;
  const operator = (text[at + 1] === '=' ? text.slice(at, at + 2) : text[at]) as Rule['operator'];
  const subject = /^\s*([^\s(]+)(\s+scheduled)?\s*(?:\((.*)\))?\s*$/s.exec(text.slice(0, at));
  const [value, ...words] = text.slice(at + operator.length).trim().split(/\s+/);
  const options = readOptions(words);
  if (!subject?.[1] || !value || !options || subject[3]?.trim() === '') return undefined;
  return { metric: subject[1], scheduled: subject[2] !== undefined, target: (subject[3] ?? '').trim(), operator, value, ...options };
}

/** The first comparison outside of parentheses: names may hold any sign. */
function operatorAt(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if ((text[i] === '<' || text[i] === '>') && depth <= 0) return i;
  }
  return -1;
}

function readOptions(words: string[]): Pick<Rule, 'over' | 'after' | 'abort'> | undefined {
  const out = { over: '', after: '', abort: false };
  const rest = [...words];
  while (rest.length > 0) {
    const word = rest.shift();
    if (word === 'abort') out.abort = true;
    else if (word === 'over' || word === 'after') {
      const duration = rest.shift();
      if (!duration) return undefined;
      out[word] = duration;
    } else return undefined;
  }
  return out;
}

export function printRule(rule: Rule): string {
  const target = rule.target === '' ? '' : `${rule.scheduled ? ' ' : ''}(${rule.target})`;
  const options = [rule.over && `over ${rule.over}`, rule.after && `after ${rule.after}`, rule.abort && 'abort'].filter(Boolean);
  return [`${rule.metric}${rule.scheduled ? ' scheduled' : ''}${target}`, rule.operator, rule.value, ...options].join(' ');
}

/** The rule with another target, as it is written otherwise. */
export function withTarget(text: string, target: string): string {
  const end = text.lastIndexOf(')', operatorAt(text));
  return text.slice(0, text.indexOf('(') + 1) + target + text.slice(end);
}

/** Whether what the rule names is a metric of a script: a transaction's latency has a unit. */
export function isMetricRule({ metric, scheduled, value }: Rule): boolean {
  const latency = /^p[0-9]|^mean$|^max$/.test(metric);
  if (!latency) return !['failures', 'rps', 'dropped'].includes(metric);
  return !scheduled && /^-?[0-9.]+([eE][-+]?[0-9]+)?$/.test(value);
}

/** What a value of this metric is: a duration, a share or count, or a number. */
export function unitOf(metric: string, scriptMetric: boolean): 'duration' | 'share' | 'number' {
  if (scriptMetric) return 'number';
  if (metric === 'failures') return 'share';
  return /^p[0-9]|^mean$|^max$/.test(metric) ? 'duration' : 'number';
}
