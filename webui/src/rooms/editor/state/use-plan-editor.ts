import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useConnection } from '@/live';
import { masterCalls } from './calls';
import { editorOf, guardUnload } from './editors';
import type { EditorSnapshot, PlanEditor } from './plan-editor';

/** The editor of a plan, kept up to date with the master. */
export function usePlanEditor(plan: string): { editor: PlanEditor; state: EditorSnapshot; reload: () => void } {
  const editor = useMemo(() => editorOf(plan), [plan]);
  const state = useSyncExternalStore(editor.subscribe, editor.snapshot);
  const { data, error, refetch } = useQuery({
    queryKey: ['plans', plan, 'text'],
    queryFn: async () => {
      const asked = Date.now();
      return { stored: await masterCalls.read(plan), asked };
    },
    staleTime: 0,
    retry: false,
  });
  const connected = useConnection().state === 'live';

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

  return { editor, state, reload: () => void refetch() };
}
