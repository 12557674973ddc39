// Durations as plans and the start dialog write them. Numbers are milliseconds.

const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 };

/** Reads a duration of a plan: 90s, 1m30s, 200ms, 0. undefined: it is none. */
export function parseDuration(text: string): number | undefined {
  const source = text.trim();
  if (source === '0') return 0;
  if (!/^([0-9]+(\.[0-9]+)?(h|ms|m|s|us|µs|ns))+$/.test(source)) return undefined;
  let sum = 0;
  for (const [, number = '', , unit = ''] of source.matchAll(/([0-9]+(\.[0-9]+)?)(h|ms|m|s|us|µs|ns)/g)) sum += Number(number) * (units[unit] ?? 0);
  return sum;
}

/** Reads what a person may type: as parseDuration, and 90 (seconds), 1:30, 00:30:00, 1h 30m. */
export function readDuration(text: string): number | undefined {
  const source = text.trim().toLowerCase();
  if (/^[0-9]+(\.[0-9]+)?$/.test(source)) return Number(source) * 1000;
  const clock = /^(?:([0-9]{1,4}):)?([0-9]{1,2}):([0-9]{2})$/.exec(source);
  if (clock) {
    const [, hours = '0', minutes = '0', seconds = '0'] = clock;
    if (Number(seconds) > 59 || (clock[1] !== undefined && Number(minutes) > 59)) return undefined;
    return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  }
  return parseDuration(source.replace(/\s+/g, '').replace(/(hours?|hrs?)/g, 'h').replace(/(minutes?|mins?)/g, 'm').replace(/(seconds?|secs?)/g, 's'));
}

/** Writes a duration as a plan does: 1h30m, 1m30s, 1.5s, 200ms, 0s. */
export function printDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms <= 0) return '0s';
  if (ms < 1000) return ms >= 1 ? `${trimmed(ms)}ms` : `${trimmed(ms * 1e3)}us`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = trimmed((ms % 60_000) / 1000);
  return (hours ? `${hours}h` : '') + (minutes ? `${minutes}m` : '') + (seconds !== '0' ? `${seconds}s` : '');
}

function trimmed(n: number): string {
  return String(Number(n.toFixed(6)));
}

/** What was typed, as a plan writes it; undefined: it is no duration. For fields that echo it. */
export function planDuration(text: string): string | undefined {
  const ms = readDuration(text);
  return ms === undefined ? undefined : printDuration(ms);
}

export interface DurationRange {
  min: number;
  max: number;
}

/** Reads 1s, or 200ms..1s. */
export function readRange(text: string): DurationRange | undefined {
  const [from = '', to, more] = text.split('..');
  const min = readDuration(from);
  const max = to === undefined ? min : readDuration(to);
  return min === undefined || max === undefined || more !== undefined || max < min ? undefined : { min, max };
}

function printRange(range: DurationRange): string {
  return range.min === range.max ? printDuration(range.min) : `${printDuration(range.min)}..${printDuration(range.max)}`;
}

export function planRange(text: string): string | undefined {
  const range = readRange(text);
  return range && printRange(range);
}
