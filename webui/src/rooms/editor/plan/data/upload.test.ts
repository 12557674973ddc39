import { afterEach, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/client';
import { isTaken, MAX_FILE, pathFor, upload } from './upload';

/** A request whose answer is set from outside. */
class Request {
  static last: Request;
  upload: { onprogress?: (e: { lengthComputable: boolean; loaded: number; total: number }) => void } = {};
  headers: Record<string, string> = {};
  method = '';
  url = '';
  status = 0;
  statusText = '';
  responseText = '';
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  constructor() {
    Request.last = this;
  }
  open(method: string, url: string) {
    [this.method, this.url] = [method, url];
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  send() {}
  abort() {
    this.onabort?.();
  }
  answer(status: number, body: unknown) {
    this.status = status;
    this.responseText = body === undefined ? '<html>' : JSON.stringify(body);
    this.onload?.();
  }
}

afterEach(() => vi.unstubAllGlobals());

const begin = (options = {}) => {
  vi.stubGlobal('XMLHttpRequest', Request);
  const done = upload('data/a b.csv', new Blob(['x']), options);
  return { done, request: Request.last };
};

it('puts the file where it is asked to, only if nothing is there, and tells how far it is', async () => {
  const shares: number[] = [];
  const { done, request } = begin({ onProgress: (share: number) => shares.push(share) });
  expect([request.method, request.url.replace(/.*api\/v1/, '')]).toEqual(['PUT', '/files/content/data/a%20b.csv']);
  expect(request.headers['If-None-Match']).toBe('*');
  request.upload.onprogress?.({ lengthComputable: true, loaded: 1, total: 4 });
  request.answer(200, { path: 'data/a b.csv', size: 1, modified: '' });
  await expect(done).resolves.toMatchObject({ path: 'data/a b.csv' });
  expect(shares).toEqual([0.25]);
});

it('replaces a file when it is told to', async () => {
  const { done, request } = begin({ overwrite: true });
  expect(request.headers['If-None-Match']).toBeUndefined();
  request.answer(200, {});
  await done;
});

it('tells a file that is there already from what went wrong', async () => {
  const first = begin();
  first.request.answer(409, { error: { code: 'exists', message: 'there is one' } });
  expect(isTaken(await first.done.catch((e: unknown) => e))).toBe(true);
  const second = begin();
  second.request.answer(502, undefined);
  const error = await second.done.catch((e: unknown) => e);
  expect([isTaken(error), error instanceof ApiError && error.status]).toEqual([false, 502]);
});

it('ends when it is called off, and does not begin with what is too large', async () => {
  const stop = new AbortController();
  const { done } = begin({ signal: stop.signal });
  stop.abort();
  await expect(done).rejects.toThrow('aborted');
  await expect(upload('data/x', { size: MAX_FILE + 1 } as Blob)).rejects.toMatchObject({ code: 'too_large' });
});

it('takes no path out of a name of a file', () => expect(pathFor('..\\a/b.csv')).toBe('data/.._a_b.csv'));
