/** Edits of one group that follow each other within this many ms are one step of undo. */
const JOIN_WITHIN = 1_000;
const MAX_STEPS = 300;
/** Of all texts kept, in characters. */
const MAX_SIZE = 20_000_000;

interface Joint {
  group: string;
  at: number;
}

/** The texts that a plan went through. Immutable. */
export interface History {
  readonly past: readonly string[];
  readonly present: string;
  readonly future: readonly string[];
  readonly last: Joint | null;
}

export function historyOf(text: string): History {
  return { past: [], present: text, future: [], last: null };
}

/** Goes on to a text; with a group, typing in one field is undone at once. */
export function record(h: History, text: string, at: number, group = ''): History {
  if (text === h.present) return h;
  const joined = group !== '' && h.last?.group === group && at - h.last.at < JOIN_WITHIN && h.past.length > 0;
  const past = joined ? h.past : bounded([...h.past, h.present]);
  return { past, present: text, future: [], last: group === '' ? null : { group, at } };
}

export function undo(h: History): History {
  const previous = h.past.at(-1);
  if (previous === undefined) return h;
  return { past: h.past.slice(0, -1), present: previous, future: [h.present, ...h.future], last: null };
}

export function redo(h: History): History {
  const [next, ...future] = h.future;
  if (next === undefined) return h;
  return { past: [...h.past, h.present], present: next, future, last: null };
}

function bounded(past: string[]): string[] {
  let size = 0;
  let from = past.length;
  while (from > 0 && past.length - from < MAX_STEPS && size <= MAX_SIZE) size += past[--from]?.length ?? 0;
  return past.slice(from);
}
