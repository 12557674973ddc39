import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, call } from '@/api/client';
import type { Exchange, Preflight, SendOrder } from '@/api/types';

export interface Missing {
  env: string[];
  secrets: string[];
}

export type Sending =
  | { state: 'idle' }
  | { state: 'sending'; since: number }
  | { state: 'failed'; error: unknown; missing: Missing | null };

/** Which values the master lacks; null: that is not why it refused. */
async function missingOf(error: unknown, order: SendOrder, signal: AbortSignal): Promise<Missing | null> {
  if (!(error instanceof ApiError) || (error.code !== 'missing_secrets' && error.code !== 'bad_start')) return null;
  const { transaction: _transaction, all: _all, worker: _worker, ...body } = order;
  try {
    const preflight = await call<Preflight>('/preflight', { body, signal });
    const missing = { env: preflight.missing_env, secrets: preflight.missing_secrets };
    return missing.env.length + missing.secrets.length > 0 ? missing : null;
  } catch {
    return null;
  }
}

/** Sends one order at a time; leaving the page, or cancel, ends it on the worker too. */
export function useSend(orderNow: () => SendOrder, onAnswer: (result: Exchange) => void) {
  const [sending, setSending] = useState<Sending>({ state: 'idle' });
  const abort = useRef<AbortController | null>(null);
  const latest = useRef({ orderNow, onAnswer });
  latest.current = { orderNow, onAnswer };

  const send = useCallback(async () => {
    if (abort.current) return;
    const { orderNow, onAnswer } = latest.current;
    const controller = new AbortController();
    abort.current = controller;
    setSending({ state: 'sending', since: Date.now() });
    const order = orderNow();
    try {
      onAnswer(await call<Exchange>('/send', { body: order, signal: controller.signal }));
      setSending({ state: 'idle' });
    } catch (error) {
      if (controller.signal.aborted) return;
      setSending({ state: 'failed', error, missing: await missingOf(error, order, controller.signal) });
    } finally {
      if (abort.current === controller) abort.current = null;
    }
  }, []);

  const cancel = useCallback(() => {
    abort.current?.abort();
    abort.current = null;
    setSending({ state: 'idle' });
  }, []);

  useEffect(() => () => abort.current?.abort(), []);
  return { sending, send, cancel };
}
