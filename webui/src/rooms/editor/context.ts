import { createContext, useContext } from 'react';
import type { Exchange } from '@/api/types';
import type { Path, PlanDocument } from '@/plan';
import type { KnownName } from '@/plan/variables';
import type { Where } from './location';
import type { EditorSnapshot, PlanEditor } from './state/plan-editor';
import { message, worst, within } from './state/problems';

/** What every part of the editor page works on. */
export interface EditorContext {
  plan: string;
  editor: PlanEditor;
  state: EditorSnapshot;
  doc: PlanDocument;
  /** The text is no YAML now: forms show what they can and change nothing. */
  readOnly: boolean;
  where: Where;
  /** What placeholders may name where the page is. */
  names: readonly KnownName[];
  /** What the last Send once of the plan brought. */
  sent: Exchange | null;
  /** Shows another place; what is not given is as it is by default. */
  go(where: Partial<Where>, how?: { replace?: boolean; doc?: PlanDocument }): void;
}

const Context = createContext<EditorContext | null>(null);

export const EditorProvider = Context.Provider;

export function useEditor(): EditorContext {
  const context = useContext(Context);
  if (!context) throw new Error('this is not within an editor page');
  return context;
}

export interface Field {
  value: string;
  error: string | undefined;
  readOnly: boolean;
  /** Sets a text, or any value; '' and undefined remove it. */
  set(value: unknown): void;
}

/** One scalar of the plan as a field of a form. */
export function useField(path: Path): Field {
  const { doc, editor, state, readOnly } = useEditor();
  return {
    value: doc.scalar(path) ?? '',
    error: message(state.problems, path),
    readOnly,
    set: (value) => editor.edit((d) => d.set(path, value === '' ? undefined : value), path.join('/')),
  };
}

export interface MarksOf {
  level: 'error' | 'warning' | undefined;
  count: number;
}

/** How bad what is wrong at these places is, and how much it is. */
export function marksOf(problems: EditorSnapshot['problems'], paths: readonly Path[]): MarksOf {
  const found = new Set(problems.length === 0 ? [] : paths.flatMap((p) => within(problems, p)));
  return { level: worst([...found]), count: found.size };
}

export function useMarks(paths: readonly Path[]): MarksOf {
  return marksOf(useEditor().state.problems, paths);
}
