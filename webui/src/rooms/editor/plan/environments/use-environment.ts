import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useEditor, type EditorContext } from '../../context';
import type { View } from '../../location';
import { browserDrafts } from '../../state/drafts';
import { PlanEditor } from '../../state/plan-editor';
import { placed } from '../../state/problems';
import { environmentCalls, keyFor } from './calls';

/** An environment is edited as a plan is: a text, with fields that write into it. */
export function useEnvironment(name: string): { context: EditorContext; view: View; setView: (view: View) => void; failed: Error | null; reload: () => void } {
  const plan = useEditor();
  const key = keyFor(name);
  const editor = useMemo(() => new PlanEditor(key, environmentCalls, browserDrafts), [key]);
  const state = useSyncExternalStore(editor.subscribe, editor.snapshot);
  const [view, setView] = useState<View>('form');
  const { data, error, refetch } = useQuery({
    queryKey: ['environments', name, 'text'],
    queryFn: async () => {
      const asked = Date.now();
      return { stored: await environmentCalls.read(key), asked };
    },
    staleTime: 0,
    retry: false,
  });
  useEffect(() => {
    if (error) editor.refuse(error);
    else if (data) editor.arrive(data.stored, data.asked);
  }, [editor, data, error]);

  const { doc } = state;
  const context = useMemo<EditorContext>(() => {
    const known = state.problems.length > 0 || state.dirty || !state.saved ? state.problems : placed(doc, state.saved.problems);
    return {
      plan: name, editor, doc, state: { ...state, problems: known }, readOnly: doc.problems.length > 0,
      where: { section: 'environments', path: [], tab: '', view }, names: plan.names, sent: null, go: (to) => to.view && setView(to.view),
    };
  }, [name, editor, state, doc, view, plan.names]);
  return { context, view, setView, failed: state.phase === 'failed' || state.phase === 'missing' ? (state.error ?? error) : null, reload: () => void refetch() };
}
