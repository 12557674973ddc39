import { useMemo, useState } from 'react';
import { useEditor, type EditorContext } from '../../context';
import type { View } from '../../location';
import { editorOf } from '../../state/editors';
import { useUpToDate } from '../../state/use-plan-editor';
import { environmentCalls, keyFor } from './calls';

export interface OpenEnvironment {
  context: EditorContext;
  view: View;
  setView: (view: View) => void;
  failed: Error | null;
  reload: () => void;
}

/** An environment is edited as a plan is: a text, with fields that write into it. */
export function useEnvironment(name: string): OpenEnvironment {
  const { names } = useEditor();
  const key = keyFor(name);
  const kept = useMemo(() => editorOf(key, environmentCalls), [key]);
  const { editor, state, failed, reload } = useUpToDate(kept, ['environments', name, 'text'], () => environmentCalls.read(key));
  const [view, setView] = useState<View>('form');
  const context = useMemo<EditorContext>(
    () => ({
      plan: name, editor, doc: state.doc, state, readOnly: state.doc.problems.length > 0,
      where: { section: 'environments', path: [], tab: '', view }, names, sent: null, go: (to) => to.view && setView(to.view),
    }),
    [name, editor, state, view, names],
  );
  return { context, view, setView, failed: state.phase === 'failed' || state.phase === 'missing' ? (state.error ?? failed) : null, reload };
}
