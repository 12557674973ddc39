import { useSyncExternalStore } from 'react';

// Names that somebody knows to be set in a way that the page does not see. They are kept
// in this browser, per plan, at most MOST of them: the oldest give way.

const MOST = 200;
const NONE: readonly string[] = [];
const read = new Map<string, readonly string[]>();
const listeners = new Set<() => void>();

function keyOf(plan: string): string {
  return `lh-ignored-names:${plan}`;
}

export function ignoredNames(plan: string): readonly string[] {
  const known = read.get(plan);
  if (known) return known;
  let names = NONE;
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(plan)) ?? '[]');
    if (Array.isArray(stored)) names = stored.filter((name): name is string => typeof name === 'string').slice(-MOST);
  } catch {
    // What cannot be read is as if it were not there.
  }
  read.set(plan, names);
  return names;
}

/** Unknown names that are ignored are not underlined; ignoring one again takes that back. */
export function toggleIgnored(plan: string, name: string): void {
  const names = ignoredNames(plan);
  const next = names.includes(name) ? names.filter((n) => n !== name) : [...names, name].slice(-MOST);
  read.set(plan, next);
  try {
    localStorage.setItem(keyOf(plan), JSON.stringify(next));
  } catch {
    // It holds for this page then.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useIgnored(plan: string): readonly string[] {
  return useSyncExternalStore(subscribe, () => ignoredNames(plan));
}
