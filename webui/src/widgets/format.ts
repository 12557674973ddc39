// Numbers and times as people of the chosen language write them. null, undefined and NaN
// are "–": nothing is known.
import i18next from 'i18next';
import { preferences } from './preferences';

export const NOTHING = '–';
const NARROW = '\u202f';
const SPACE = '\u00a0';

/** Letters that are written from right to left. */
const LEFTWARDS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** A name for a place within other text: one that is written from right to left stays by itself, and moves nothing around it. */
export function isolated(name: string): string {
  return LEFTWARDS.test(name) ? `\u2068${name}\u2069` : name;
}

type Value = number | null | undefined;
type Moment = number | string | Date | null | undefined;

function locale(): string {
  const language = i18next.language;
  if (language === 'zh') return 'zh-CN';
  return language || 'en';
}

// Making a formatter costs more than a hundred uses of it, and tables use them each second.
const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function formatter<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(kind: string, options: object, make: (locale: string) => T): T {
  const key = `${kind} ${locale()} ${JSON.stringify(options)}`;
  let found = made.get(key) as T | undefined;
  if (!found) made.set(key, (found = make(locale())));
  return found;
}

function write(value: number, options: Intl.NumberFormatOptions): string {
  const style = preferences().numbers;
  const all = style === 'plain' ? { ...options, useGrouping: false } : options;
  const numbers = formatter('number', all, (l) => new Intl.NumberFormat(l, all));
  if (style !== 'space') return numbers.format(value);
  return numbers.formatToParts(value).map((part) => (part.type === 'group' ? NARROW : part.value)).join('');
}

function known(value: Value): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

/** 4512 → "4,512"; digits are those behind the point, at most, or always. */
export function formatNumber(value: Value, digits = 0, always = false): string {
  return known(value) ? write(value, { maximumFractionDigits: digits, minimumFractionDigits: always ? digits : 0 }) : NOTHING;
}

/** A rate: with a digit behind the point while it is below ten. 4.25 → "4.3", 4512.4 → "4,512". */
export function formatRate(value: Value): string {
  return formatNumber(value, known(value) && Math.abs(value) < 9.95 ? 1 : 0);
}

/** 8123456 → "8.1M", in Chinese "812万". */
export function formatCompact(value: Value): string {
  if (!known(value)) return NOTHING;
  if (Math.abs(value) < 10_000) return formatNumber(value);
  return write(value, { notation: 'compact', maximumFractionDigits: 1 });
}

/** A span of milliseconds in the unit that suits it: "0.4 ms", "84 ms", "1.2 s", "2:05 min". */
export function formatMs(ms: Value): string {
  if (!known(ms)) return NOTHING;
  const size = Math.abs(ms);
  if (size < 9.95) return `${formatNumber(ms, size < 0.095 ? 2 : 1)}${SPACE}ms`;
  if (size < 999.5) return `${formatNumber(ms)}${SPACE}ms`;
  if (size < 99_950) return `${formatNumber(ms / 1e3, 1)}${SPACE}s`;
  if (size < 599_500) return `${formatNumber(ms / 1e3)}${SPACE}s`;
  return formatDuration(ms / 1e3);
}

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** 2100 → "2.1 kB": a kB is 1000 bytes. */
export function formatBytes(bytes: Value): string {
  if (!known(bytes)) return NOTHING;
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < BYTES.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${formatNumber(value, unit > 0 && Math.abs(value) < 9.95 ? 1 : 0)}${SPACE}${BYTES[unit]}`;
}

/** A share of 0–1: 0.0012 → "0.12%". What is not nothing is never "0%". */
export function formatShare(share: Value): string {
  if (!known(share)) return NOTHING;
  const percent = Math.abs(share) * 100;
  if (percent > 0 && percent < 0.005) return `<${write(0.0001, { style: 'percent', maximumFractionDigits: 2 })}`;
  if (percent < 100 && percent >= 99.95) return `>${write(0.999, { style: 'percent', maximumFractionDigits: 1 })}`;
  return write(share, { style: 'percent', maximumFractionDigits: percent < 1 ? 2 : percent < 10 ? 1 : percent < 100 && percent > 99 ? 1 : 0 });
}

/** Seconds as "0:12:31"; a fraction of a second is left out. */
export function formatDuration(seconds: Value): string {
  if (!known(seconds) || !Number.isFinite(seconds)) return NOTHING;
  const whole = Math.floor(Math.abs(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const text = `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return seconds < 0 && whole > 0 ? `−${text}` : text;
}

const AGES: [Intl.RelativeTimeFormatUnit, number][] = [['second', 1], ['minute', 60], ['hour', 3600], ['day', 86400], ['week', 604_800], ['month', 2_629_800], ['year', 31_557_600]];

function age(seconds: number): [Intl.RelativeTimeFormatUnit, number] {
  let found = AGES[0] ?? ['second', 1];
  for (const step of AGES) if (Math.abs(seconds) >= step[1]) found = step;
  return [found[0], Math.trunc(seconds / found[1])];
}

/** Chinese has a space between figures and words, which Intl leaves out. */
function spaced(text: string): string {
  return text.replace(/(\d)(\p{Script=Han})/gu, `$1${SPACE}$2`);
}

/** How long something has been: 11000 s → "3h", in Chinese "3 小时". */
export function formatAge(seconds: Value): string {
  if (!known(seconds)) return NOTHING;
  const [unit, count] = age(seconds);
  return spaced(formatter('age', { unit }, (l) => new Intl.NumberFormat(l, { style: 'unit', unit, unitDisplay: 'narrow' })).format(count));
}

/** How long ago, or how soon: "2 minutes ago"; now in ms is for tests and for the master's clock. */
export function formatRelative(at: Moment, now: number = Date.now()): string {
  const date = moment(at);
  if (!date) return NOTHING;
  const [unit, count] = age((date.getTime() - now) / 1e3);
  return spaced(formatter('relative', { numeric: 'auto' }, (l) => new Intl.RelativeTimeFormat(l, { numeric: 'auto' })).format(count, unit));
}

function moment(at: Moment): Date | undefined {
  if (at === null || at === undefined || at === '') return undefined;
  const date = at instanceof Date ? at : new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function writeTime(at: Moment, options: Intl.DateTimeFormatOptions): string {
  const date = moment(at);
  if (!date) return NOTHING;
  const all: Intl.DateTimeFormatOptions = { ...options, hourCycle: 'h23', timeZone: preferences().times === 'utc' ? 'UTC' : undefined };
  return formatter('time', all, (l) => new Intl.DateTimeFormat(l, all)).format(date);
}

/** "14:02:31", or "14:02:31.250" where a second is too coarse. */
export function formatTime(at: Moment, fraction = false): string {
  return writeTime(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', ...(fraction ? { fractionalSecondDigits: 3 } : {}) });
}

/** "14:02" */
function formatHour(at: Moment): string {
  return writeTime(at, { hour: '2-digit', minute: '2-digit' });
}

/** "Nov 20, 2026" */
export function formatDate(at: Moment): string {
  return writeTime(at, { year: 'numeric', month: 'short', day: 'numeric' });
}

/** "Nov 20, 2026, 14:02:31" */
export function formatDateTime(at: Moment): string {
  return writeTime(at, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** The day and the minute as lists show them: "today, 14:02", "Nov 20, 14:02", "Nov 20, 2025". */
export function formatMoment(at: Moment, now: number = Date.now()): string {
  const date = moment(at);
  if (!date) return NOTHING;
  const day = (time: number) => writeTime(time, { year: 'numeric', month: 'numeric', day: 'numeric' });
  for (const ago of [0, 1]) {
    if (day(date.getTime()) === day(now - ago * 86_400_000)) {
      const word = formatter('relative', { numeric: 'auto' }, (l) => new Intl.RelativeTimeFormat(l, { numeric: 'auto' })).format(-ago, 'day');
      return `${word} ${formatHour(date)}`;
    }
  }
  const year = (time: number) => writeTime(time, { year: 'numeric' });
  if (year(date.getTime()) !== year(now)) return formatDate(date);
  return writeTime(date, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
}
