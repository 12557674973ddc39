import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, call } from '@/api/client';
import type { Exchange, Preflight, SendOrder } from '@/api/types';
import { give, givenFor, type Choice, type Given } from './choices';
import { remember, type Sent } from './sent';

export interface Missing {
  env: string[];
  secrets: string[];
}

export type Sending =
  | { state: 'idle' }
  | { state: 'sending'; since: number }
  | { state: 'failed'; error: unknown; missing: Missing | null };

interface Asked {
  plan: string;
  text: string;
  transaction: string;
}

function orderOf({ plan, text, transaction }: Asked, { environment, worker }: Choice): SendOrder {
  const order: SendOrder = { inline: text, file: `${plan}.yaml`, transaction, ...givenFor(plan) };
  if (environment) order.environment = environment;
  if (worker) order.worker = worker;
  return order;
}

/** Which values the master lacks; null: that is not why it refused. */
async function missingOf(error: unknown, order: SendOrder, signal: AbortSignal): Promise<Missing | null> {
  if (!(error instanceof ApiError) || (error.code !== 'missing_secrets' && error.code !== 'bad_start')) return null;
  const { transaction: _transaction, worker: _worker, ...body } = order;
  try {
    const preflight = await call<Preflight>('/preflight', { body, signal });
    const missing = { env: preflight.missing_env, secrets: preflight.missing_secrets };
    return missing.env.length + missing.secrets.length > 0 ? missing : null;
  } catch {
    return null;
  }
}

/** Sends one transaction at a time; leaving the page, or cancel, ends it on the worker too. */
export function useSend(asked: Asked, choice: Choice, onSent: (sent: Sent) => void) {
  const [sending, setSending] = useState<Sending>({ state: 'idle' });
  const abort = useRef<AbortController | null>(null);
  const latest = useRef({ asked, choice, onSent });
  latest.current = { asked, choice, onSent };

  const send = useCallback(async () => {
    if (abort.current) return;
    const { asked, choice, onSent } = latest.current;
    const controller = new AbortController();
    abort.current = controller;
    setSending({ state: 'sending', since: Date.now() });
    const order = orderOf(asked, choice);
    try {
      const result = await call<Exchange>('/send', { body: order, signal: controller.signal });
      onSent(remember({ plan: asked.plan, transaction: asked.transaction, environment: choice.environment, at: Date.now(), result }));
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

  const giveAndSend = useCallback((values: Given) => {
    give(latest.current.asked.plan, values);
    void send();
  }, [send]);

  useEffect(() => () => abort.current?.abort(), []);
  return { sending, send, cancel, giveAndSend };
}
