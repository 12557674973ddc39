// Where an editor is to go that may not be shown yet: set before its page is opened, taken
// by the editor when it is there.

export interface Goal {
  /** The stateKey of the editor. */
  editor: string;
  /** 1-based. */
  line: number;
  column: number;
}

/** Whoever comes later than this, in ms, has been opened for something else. */
const WAIT = 10_000;
let goal: (Goal & { at: number }) | null = null;
const listeners = new Set<() => void>();

/** Leads to a place of an editor, now or once it is there. */
export function aim(next: Goal): void {
  goal = { ...next, at: Date.now() };
  for (const listener of listeners) listener();
}

/** The place that an editor is to go to; it is told once. */
export function takeGoal(editor: string | undefined): Goal | null {
  if (!goal || goal.editor !== editor) return null;
  const { at, ...taken } = goal;
  goal = null;
  return Date.now() - at < WAIT ? taken : null;
}

export function onAim(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
