import { useSyncExternalStore } from 'react';

export const NUMBER_STYLES = ['language', 'space', 'plain'] as const;
export const TIME_ZONES = ['local', 'utc'] as const;
export const PERCENTILES = ['p50', 'p90', 'p95', 'p99', 'p999'] as const;

export type NumberStyle = (typeof NUMBER_STYLES)[number];
export type TimeZone = (typeof TIME_ZONES)[number];
export type Percentile = (typeof PERCENTILES)[number];

/** What somebody chose for this browser, besides language and theme. */
export interface Preferences {
  /** How thousands are grouped: as the language does, with a space, or not at all. */
  numbers: NumberStyle;
  times: TimeZone;
  /** Shortcuts of a single letter, which some people type by accident. */
  shortcuts: boolean;
  /** The percentiles that tables and tiles show. */
  percentiles: Percentile[];
}

export const DEFAULTS: Preferences = { numbers: 'language', times: 'local', shortcuts: true, percentiles: ['p50', 'p95', 'p99', 'p999'] };

const STORED = 'lh-preferences';

function oneOf<T extends string>(list: readonly T[], value: unknown): T | undefined {
  return list.find((item) => item === value);
}

/** Reads what was stored, by whichever version of the page; what it does not know is as usual. */
export function parsePreferences(text: string | null): Preferences {
  let stored: Partial<Record<keyof Preferences, unknown>> = {};
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    if (typeof value === 'object' && value !== null) stored = value;
  } catch {
    return DEFAULTS;
  }
  const percentiles = Array.isArray(stored.percentiles) ? PERCENTILES.filter((p) => (stored.percentiles as unknown[]).includes(p)) : [];
  return {
    numbers: oneOf(NUMBER_STYLES, stored.numbers) ?? DEFAULTS.numbers,
    times: oneOf(TIME_ZONES, stored.times) ?? DEFAULTS.times,
    shortcuts: typeof stored.shortcuts === 'boolean' ? stored.shortcuts : DEFAULTS.shortcuts,
    percentiles: percentiles.length > 0 ? percentiles : DEFAULTS.percentiles,
  };
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null; // storage is switched off
  }
}

let current = parsePreferences(stored());
const listeners = new Set<() => void>();

function become(next: Preferences): void {
  current = next;
  for (const listener of listeners) listener();
}

export function preferences(): Preferences {
  return current;
}

export function setPreferences(change: Partial<Preferences>): void {
  const next = { ...current, ...change };
  try {
    localStorage.setItem(STORED, JSON.stringify(next));
  } catch {
    // Kept for as long as the page is open.
  }
  become(next);
}

// Another tab of this browser changed them.
addEventListener('storage', (event) => {
  if (event.key === STORED) become(parsePreferences(event.newValue));
});

/** The preferences; renders again when they change. */
export function usePreferences(): Preferences {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, preferences);
}
