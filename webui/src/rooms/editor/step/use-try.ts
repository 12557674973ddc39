import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ApiError, call } from '@/api/client';
import type { Path } from '@/plan';
import { useSentOf } from '../../send/use-last';
import { useEditor } from '../context';
import { rowsAt, targetOf, tryOrder, type Lacking, type Target, type Tried, type TriedCheck, type TriedExtract } from './try';

/** After the last key, in ms. */
const TRY_AFTER = 300;

function ask(target: Target, extract: readonly unknown[], check: readonly unknown[], signal: AbortSignal): Promise<Tried> {
  return call<Tried>('/try', { body: tryOrder(target, extract, check), signal });
}

function wordsOf(error: unknown): string {
  return error instanceof ApiError ? error.message : String(error);
}

/** The last response of a step, or why there is none. */
function useTarget(step: Path): Target | Lacking {
  const { doc, plan } = useEditor();
  const results = useSentOf(plan);
  const key = step.join('/');
  // key is what is in step
  return useMemo(() => targetOf(doc, results, step), [doc, results, key]);
}

export interface ExtractTrial {
  target: Target | Lacking;
  busy: boolean;
  /** Why it could not be asked; empty: it could. */
  failed: string;
  /** What a row did when it was tried; undefined: as it is now it was not. */
  of: (index: number) => TriedExtract | undefined;
  /** Tries one row, or all. */
  test: (index?: number) => void;
}

/** Extractions of a step, tried when asked for. */
export function useExtractTrial(step: Path): ExtractTrial {
  const { doc } = useEditor();
  const target = useTarget(step);
  const [tried, setTried] = useState<ReadonlyMap<string, TriedExtract>>(new Map());
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState('');
  const asked = useRef<AbortController | null>(null);
  useEffect(() => () => asked.current?.abort(), []);
  const rows = rowsAt(doc, [...step, 'extract']);
  const id = typeof target === 'string' ? 0 : target.id;
  const keyOf = (row: unknown) => `${id} ${JSON.stringify(row)}`;
  const test = (index?: number) => {
    if (typeof target === 'string') return;
    const some = index === undefined ? rows : rows.slice(index, index + 1);
    asked.current?.abort();
    const controller = new AbortController();
    asked.current = controller;
    setBusy(true);
    setFailed('');
    ask(target, some, [], controller.signal)
      .then(({ extracts }) => setTried((known) => new Map([...(index === undefined ? [] : known), ...some.flatMap((row, i): [string, TriedExtract][] => (extracts[i] ? [[keyOf(row), extracts[i]]] : []))])))
      .catch((error: unknown) => controller.signal.aborted || setFailed(wordsOf(error)))
      .finally(() => asked.current === controller && setBusy(false));
  };
  return { target, busy, failed, of: (index) => (index < rows.length ? tried.get(keyOf(rows[index])) : undefined), test };
}

export interface CheckTrial {
  target: Target | Lacking;
  failed: string;
  of: (index: number) => TriedCheck | undefined;
}

/** Checks of a step, tried on its last response a moment after each change. */
export function useCheckTrial(step: Path): CheckTrial {
  const { doc } = useEditor();
  const target = useTarget(step);
  const [tried, setTried] = useState<ReadonlyMap<string, TriedCheck>>(new Map());
  const [failed, setFailed] = useState('');
  const checks = rowsAt(doc, [...step, 'check']);
  const extracts = rowsAt(doc, [...step, 'extract']);
  const id = typeof target === 'string' ? 0 : target.id;
  const before = JSON.stringify(extracts);
  const key = JSON.stringify(checks);
  const keyOf = useCallback((row: unknown) => `${id} ${before} ${JSON.stringify(row)}`, [id, before]);
  useEffect(() => {
    if (typeof target === 'string' || checks.length === 0) return undefined;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      ask(target, extracts, checks, controller.signal)
        .then((answer) => {
          setTried(new Map(checks.flatMap((row, i): [string, TriedCheck][] => (answer.checks[i] ? [[keyOf(row), answer.checks[i]]] : []))));
          setFailed('');
        })
        .catch((error: unknown) => controller.signal.aborted || setFailed(wordsOf(error)));
    }, TRY_AFTER);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
    // key and keyOf are what is in checks, extracts and target
  }, [key, keyOf]);
  return { target, failed, of: (index) => (index < checks.length ? tried.get(keyOf(checks[index])) : undefined) };
}
