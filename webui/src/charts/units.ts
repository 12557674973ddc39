/** What the numbers of a chart are of. */
export type Unit = 'rate' | 'ms' | 'count' | 'percent' | 'bytes';

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB'];

function number(value: number, locale: string, digits: number): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
}

/** Digits behind the point that leave about three that say something. */
function digitsOf(value: number): number {
  const size = Math.abs(value);
  if (size >= 100 || size === 0) return 0;
  return size >= 10 ? 1 : 2;
}

function milliseconds(ms: number, locale: string): string {
  if (Math.abs(ms) < 1000) return `${number(ms, locale, digitsOf(ms))} ms`;
  const s = ms / 1000;
  return s < 120 ? `${number(s, locale, s < 10 ? 2 : 1)} s` : `${number(s / 60, locale, 1)} min`;
}

function bytes(value: number, locale: string): string {
  let size = value;
  let i = 0;
  while (Math.abs(size) >= 1000 && i < BYTES.length - 1) {
    size /= 1000;
    i++;
  }
  return `${number(size, locale, i === 0 ? 0 : digitsOf(size))} ${BYTES[i]}`;
}

/** A value with its unit, as people read it; – when nothing is known. Shares are 0–1. */
export function formatValue(value: number | null | undefined, unit: Unit, locale: string): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  switch (unit) {
    case 'ms':
      return milliseconds(value, locale);
    case 'bytes':
      return `${bytes(value, locale)}/s`;
    case 'percent':
      return `${number(value * 100, locale, value !== 0 && Math.abs(value) < 0.1 ? 2 : 1)} %`;
    case 'rate':
      return `${number(value, locale, digitsOf(value))} /s`;
    case 'count':
      return number(value, locale, digitsOf(value));
  }
}

/** Run time as h:mm:ss, or m:ss below an hour; negative before time zero. */
export function formatRunTime(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const h = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return `${seconds < 0 ? '−' : ''}${h > 0 ? `${h}:${rest}` : rest}`;
}

/** Time of day of an instant, in ms, with 24 hours. */
export function formatClock(ms: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(ms);
}
