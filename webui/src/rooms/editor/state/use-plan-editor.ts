import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useEnvironments } from '@/api/queries';
import type { StoredText } from '@/api/types';
import { useConnectionValue } from '@/live';
import { useEnvironmentOf } from '../surroundings';
import { masterCalls } from './calls';
import { editorOf, guardUnload } from './editors';
import type { EditorSnapshot, PlanEditor } from './plan-editor';

export interface KeptEditor {
  editor: PlanEditor;
  state: EditorSnapshot;
  /** Why the master could not give the text. */
  failed: Error | null;
  reload: () => void;
}

/** The editor of a plan, kept up to date with the master. */
export function usePlanEditor(plan: string): KeptEditor {
  const editor = useMemo(() => editorOf(plan), [plan]);
  useCheckedIn(editor, useEnvironmentOf(plan));
  return useUpToDate(editor, ['plans', plan, 'text'], () => masterCalls.read(plan));
}

/** Has the plan checked again where another environment is chosen for it, or that one has changed. */
function useCheckedIn(editor: PlanEditor, environment: string): void {
  const revision = useEnvironments().data?.find((e) => e.name === environment)?.revision;
  const checked = useRef(false);
  useEffect(() => {
    if (environment !== '' || checked.current) editor.checkAgain();
    checked.current = true;
  }, [editor, environment, revision]);
}

/** Gives an editor what the master has, each time that its key is invalidated. */
export function useUpToDate(editor: PlanEditor, queryKey: readonly string[], read: () => Promise<StoredText>): KeptEditor {
  const state = useSyncExternalStore(editor.subscribe, editor.snapshot);
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: async () => {
      const asked = Date.now();
      return { stored: await read(), asked };
    },
    staleTime: 0,
    retry: false,
  });
  const connected = useConnectionValue(({ state }) => state === 'live');

  useEffect(() => {
    if (error) editor.refuse(error);
    else if (data) editor.arrive(data.stored, data.asked);
  }, [editor, data, error]);

  useEffect(() => guardUnload(), []);

  useEffect(() => {
    if (connected) editor.reconnected();
    const online = () => editor.reconnected();
    addEventListener('online', online);
    return () => removeEventListener('online', online);
  }, [editor, connected]);

  return { editor, state, failed: error, reload: () => void refetch() };
}
