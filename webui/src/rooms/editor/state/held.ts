import type { Path, PlanDocument } from '@/plan';
import type { PlacedProblem } from './problems';

/** What was typed for a value and is none yet, such as JSON without its last brace. The plan keeps the value that it had. */
export interface Held {
  path: Path;
  text: string;
  /** That value, as JSON: once the plan has another, what was typed is void. */
  over: string;
  /** Why it is no value. */
  message: string;
}

export type HeldTexts = ReadonlyMap<string, Held>;

export const NOTHING_HELD: HeldTexts = new Map();

/** A field in which a text is held. */
export function heldAt(held: HeldTexts, doc: PlanDocument, path: Path): Held | undefined {
  const found = held.get(path.join('/'));
  return found && (doc.json(path) ?? '') === found.over ? found : undefined;
}

/** All that holds now, and was not overtaken by another edit of its value. */
export function holding(held: HeldTexts, doc: PlanDocument): Held[] {
  return [...held.values()].filter((h) => heldAt(held, doc, h.path) !== undefined);
}

/** What is held as problems of the plan: they are at its value, and must be mended before it can be saved. */
export function heldProblems(held: readonly Held[], doc: PlanDocument): PlacedProblem[] {
  return held.map(({ path, message }) => {
    const place = doc.place(path) ?? { line: 0, column: 0 };
    return { file: '', line: place.line, col: place.column, path: '', message, hint: '', source: '', warning: false, at: path };
  });
}
