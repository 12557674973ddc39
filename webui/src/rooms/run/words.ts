import type { TFunction } from 'i18next';
import type { RunEvent, RunResult, ThresholdResult } from '@/api/types';
import { formatBytes, formatDuration, formatMs, formatNumber, formatRate, formatShare } from '@/widgets/format';
import { ruleUnit } from './thresholds';

export type Translate = TFunction<'run'>;

/** The value of a threshold in the unit of its rule. */
export function thresholdValue({ rule, value, message }: ThresholdResult): string {
  if (message) return message;
  switch (ruleUnit(rule)) {
    case 'ms':
      return formatMs(value);
    case 'share':
      return formatShare(value);
    case 'number':
      return formatNumber(value, 2);
  }
}

/** An event in words, without its time. */
export function describeEvent(event: RunEvent, t: Translate): string {
  const by = event.by ? t('event.by', { by: event.by }) : '';
  const values = { name: event.name ?? '', worker: event.worker ?? '', from: formatNumber(event.from, 1), to: formatNumber(event.to, 1), text: event.text ?? '' };
  switch (event.kind) {
    case 'state':
      return t('event.state', { state: t(`state.${event.name}`, { defaultValue: event.name ?? '' }), text: event.text ? `: ${event.text}` : '' }) + by;
    case 'threshold_crossed':
    case 'threshold_recovered':
      return t(`event.${event.kind}`, { ...values, to: thresholdValue({ rule: values.name, value: event.to, samples: 0, passed: false, default: false }) });
    case 'load':
      return t(event.name ? 'event.loadOf' : 'event.load', values) + by;
    case 'note':
      return values.text + by;
    default:
      return t(`event.${event.kind}`, { ...values, text: values.text ? `: ${values.text}` : '', defaultValue: `${event.kind} ${values.text}` }) + by;
  }
}

/** Transactions that did worst: by their share of failures, then by p95. */
export function worstTransactions(result: RunResult, most = 3): RunResult['transactions'] {
  const share = (tx: RunResult['transactions'][number]) => (tx.count > 0 ? tx.failures / tx.count : 0);
  return [...result.transactions].sort((a, b) => share(b) - share(a) || b.latency.p95 - a.latency.p95).slice(0, most);
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
    ...worstTransactions(result).map((tx) => t('text.transaction', { name: tx.name, count: formatNumber(tx.count), failures: formatNumber(tx.failures), p95: formatMs(tx.latency.p95) })),
  ];
  if (result.reason) lines.splice(1, 0, result.reason);
  return lines.join('\n');
}
