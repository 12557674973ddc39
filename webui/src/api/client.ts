import { API, takeEarly } from './early';
import type { ErrorBody, Problem } from './types';

export { API };

/** An answer of the master that is no success, or none at all (code "network"). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint = '',
    readonly problems: Problem[] = [],
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export interface Call {
  method?: string;
  /** Sent as JSON, but for a Blob, which is sent as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** call asks the API; anything but success is an ApiError. */
export async function call<T>(path: string, options: Call = {}): Promise<T> {
  return (await raw(path, options)).value as T;
}

/** raw is call with the headers of the answer. */
export async function raw(path: string, options: Call = {}): Promise<{ value: unknown; headers: Headers }> {
  const { body, headers = {} } = options;
  const init: RequestInit = {
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { Accept: 'application/json', ...headers },
    signal: options.signal,
  };
  if (body instanceof Blob) init.body = body;
  else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { 'Content-Type': 'application/json', ...init.headers };
  }
  let response: Response;
  try {
    const early = init.method === 'GET' ? await takeEarly(path) : undefined;
    // One that was refused was asked before somebody has logged in.
    response = early?.ok ? early : await fetch(API + path, init);
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new ApiError(0, 'network', cause instanceof Error ? cause.message : String(cause));
  }
  const text = await response.text();
  let value: unknown;
  try {
    value = text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new ApiError(response.status, 'bad_answer', text.slice(0, 200));
  }
  if (!response.ok) {
    const e = (value as { error?: ErrorBody } | undefined)?.error;
    throw new ApiError(response.status, e?.code ?? 'unknown', e?.message ?? response.statusText, e?.hint, e?.problems);
  }
  return { value, headers: response.headers };
}

/** segment is a part of a path, such as the name of a plan. */
export function segment(name: string): string {
  return encodeURIComponent(name);
}
