import type { TFunction } from 'i18next';
import type { RunEvent, RunResult, ThresholdResult } from '@/api/types';
import { reasonsText, reasonText } from '@/widgets/reason';
import { formatBytes, formatDuration, formatMs, formatNumber, formatRate, formatShare, formatTime } from '@/widgets/format';
import { ruleUnit } from './thresholds';

export type Translate = TFunction<'run'>;

/** The value of a threshold in the unit of its rule. */
export function thresholdValue({ rule, value, message, why }: ThresholdResult): string {
  if (message) return why ? reasonText(why) : message;
  switch (ruleUnit(rule)) {
    case 'ms':
      return formatMs(value);
    case 'share':
      return formatShare(value);
    case 'number':
      return formatNumber(value, 2);
  }
}

/** That workers are silent, of which so many are named, the last ones; until when the numbers go, in ms of the master's clock. */
export function silentText(silent: readonly RunEvent[], until: number, named: number, t: Translate): string {
  const names = silent.slice(-named).map((e) => e.worker ?? '');
  const more = silent.length - names.length;
  const workers = [...names, ...(more > 0 ? [t('moreLost', { count: more })] : [])].join(', ');
  return t('silent', { workers, count: silent.length, at: formatTime(until) });
}

/** An event in words, without its time. */
export function describeEvent(event: RunEvent, t: Translate): string {
  const by = event.by ? t('event.by', { by: event.by }) : '';
  const values = { name: event.name ?? '', worker: event.worker ?? '', from: formatNumber(event.from, 1), to: formatNumber(event.to, 1), text: event.why ? reasonText(event.why) : (event.text ?? '') };
  const more = (text: string | undefined) => (text ? t('event.more', { text }) : '');
  switch (event.kind) {
    case 'state':
      return t('event.state', { state: t(`state.${event.name}`, { defaultValue: event.name ?? '' }), text: more(values.text) }) + by;
    case 'threshold_crossed':
    case 'threshold_recovered':
      return t(`event.${event.kind}`, { ...values, to: thresholdValue({ rule: values.name, value: event.to, samples: 0, passed: false, default: false }) });
    case 'load':
      return t(event.name ? 'event.loadOf' : 'event.load', values) + by;
    case 'note':
      return values.text + by;
    case 'worker_lost': {
      const users = event.from > 0 ? t('event.usersMissing', { count: event.from, text: formatNumber(event.from) }) : '';
      return t('event.worker_lost', { ...values, text: more(values.text) }) + users;
    }
    default:
      return t(`event.${event.kind}`, { ...values, text: more(values.text), defaultValue: `${event.kind} ${values.text}` }) + by;
  }
}

export interface NamedTransactions {
  /** Why they are named. */
  as: 'worst' | 'slowest';
  transactions: RunResult['transactions'];
}

/** Transactions to look at first: those that failed most, by share, or if none did the slowest by p95. A run of one transaction that never failed has none to name. */
export function namedTransactions({ transactions }: Pick<RunResult, 'transactions'>, most = 3): NamedTransactions | null {
  const share = (tx: RunResult['transactions'][number]) => (tx.count > 0 ? tx.failures / tx.count : 0);
  const failed = transactions.filter((tx) => tx.failures > 0).sort((a, b) => share(b) - share(a) || b.latency.p95 - a.latency.p95);
  if (failed.length > 0) return { as: 'worst', transactions: failed.slice(0, most) };
  const played = transactions.filter((tx) => tx.count > 0).sort((a, b) => b.latency.p95 - a.latency.p95);
  return played.length > 1 ? { as: 'slowest', transactions: played.slice(0, most) } : null;
}

/** The result of a run as plain text, to paste into a message. */
export function summaryText(result: RunResult, took: number, t: Translate): string {
  const { total } = result;
  const share = total.requests > 0 ? total.failures / total.requests : 0;
  const lines = [
    `${result.plan} #${result.number}${result.name ? ` ${result.name}` : ''}: ${t(`state.${result.state}`)}${result.result ? `, ${t(`verdict.${result.result}`)}` : ''}`,
    t('text.totals', { requests: formatNumber(total.requests), rps: formatRate(total.rps), failures: formatNumber(total.failures), share: formatShare(share), took: formatDuration(took) }),
    t('text.latency', { p50: formatMs(total.latency.p50), p95: formatMs(total.latency.p95), p99: formatMs(total.latency.p99), p999: formatMs(total.latency.p999), max: formatMs(total.latency.max) }),
    t('text.bytes', { in: formatBytes(total.bytes_in), out: formatBytes(total.bytes_out) }),
    ...result.thresholds.map((rule) => `${rule.passed ? '✓' : '✗'} ${rule.rule} (${thresholdValue(rule)})`),
    ...(namedTransactions(result)?.transactions ?? []).map((tx) => t('text.transaction', { name: tx.name, count: formatNumber(tx.count), failures: formatNumber(tx.failures), p95: formatMs(tx.latency.p95) })),
  ];
  if (result.reason) lines.splice(1, 0, reasonsText(result.why, result.reason));
  return lines.join('\n');
}
