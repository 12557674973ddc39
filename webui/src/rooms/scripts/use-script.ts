import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState, useSyncExternalStore } from 'react';
import { ApiError } from '@/api/client';
import type { StoredScript } from '@/api/types';
import { readScript, saveScript } from './calls';
import { allDrafts, onDrafts, setDraft } from './drafts';

export function useDrafts() {
  return useSyncExternalStore(onDrafts, allDrafts);
}

export interface ScriptEditing {
  text: string;
  dirty: boolean;
  saving: boolean;
  savedAt: number | null;
  error: unknown;
  /** The text that somebody else has saved meanwhile. */
  theirs: StoredScript | null;
  /** Saving has found that it is not there any more. */
  deleted: boolean;
  edit: (text: string) => void;
  save: () => Promise<boolean>;
  discard: () => void;
  /** Ends the conflict: the text is saved over theirs, or theirs is taken when there is none. */
  settle: (text: string | null) => Promise<void>;
  postpone: () => void;
  /** Saves the text as a new script, after it was deleted. */
  restore: () => Promise<boolean>;
}

/** The editing of one script of the workspace; its draft is its only state besides the master's text. */
export function useScript(file: string, stored: StoredScript): ScriptEditing {
  const client = useQueryClient();
  const draft = useDrafts()[file];
  const [saving, setSaving] = useState(false);
  const [savedAt, setSavedAt] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [theirs, setTheirs] = useState<StoredScript | null>(null);
  const [deleted, setDeleted] = useState(false);
  const text = draft?.text ?? stored.text;

  const edit = useCallback((next: string) => {
    const base = allDrafts()[file]?.revision ?? stored.revision;
    setDraft(file, next === stored.text && base === stored.revision ? undefined : { text: next, revision: base });
  }, [file, stored]);

  /** Looks what stands in the way of saving. */
  const meet = useCallback(async () => {
    try {
      setTheirs(await readScript(file));
    } catch (e) {
      if (e instanceof ApiError && e.status === 404) setDeleted(true);
      else setError(e);
    }
  }, [file]);

  const write = useCallback(async (content: string, revision: string): Promise<boolean> => {
    setSaving(true);
    setError(null);
    try {
      const saved = await saveScript(file, content, revision);
      client.setQueryData(['scripts', file], saved);
      // What was typed while it was saved stays a draft, over the new revision.
      const now = allDrafts()[file];
      setDraft(file, now && now.text !== content ? { text: now.text, revision: saved.revision } : undefined);
      setSavedAt(Date.now());
      setDeleted(false);
      void client.invalidateQueries({ queryKey: ['scripts'], exact: true });
      void client.invalidateQueries({ queryKey: ['lua-api'] });
      return true;
    } catch (e) {
      if (e instanceof ApiError && e.code === 'conflict') await meet();
      else setError(e);
      return false;
    } finally {
      setSaving(false);
    }
  }, [client, file, meet]);

  const save = useCallback(async () => {
    const now = allDrafts()[file];
    return now ? write(now.text, now.revision) : true;
  }, [file, write]);

  const settle = useCallback(async (content: string | null) => {
    if (!theirs) return;
    setTheirs(null);
    client.setQueryData(['scripts', file], theirs);
    if (content === null) setDraft(file, undefined);
    else await write(content, theirs.revision);
  }, [client, file, theirs, write]);

  return {
    text, dirty: draft !== undefined, saving, savedAt, error, theirs, deleted, edit, save, settle,
    discard: () => setDraft(file, undefined),
    postpone: () => setTheirs(null),
    restore: () => write(text, ''),
  };
}
