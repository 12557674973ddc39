import { formatBytes, formatMs, formatNumber, formatRate, formatShare } from '@/widgets/format';

/** What the numbers of a chart are of; percent is of shares 0–1, bytes are per second. */
export type Unit = 'rate' | 'ms' | 'count' | 'percent' | 'bytes';

/** A value with its unit, as people read it. */
export function formatValue(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined || Number.isNaN(value)) return formatNumber(null);
  switch (unit) {
    case 'ms':
      return formatMs(value);
    case 'bytes':
      return `${formatBytes(value)}/s`;
    case 'percent':
      return formatShare(value);
    case 'rate':
      return `${formatRate(value)}/s`;
    case 'count':
      return formatNumber(value, Math.abs(value) < 10 ? 1 : 0);
  }
}
