import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { call } from './client';
import { alsoKnownAs, API, beginCalls, earlyCalls } from './early';

const asked = vi.fn((url: string) => Promise.resolve(new Response(JSON.stringify({ of: url }))));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  vi.stubGlobal('fetch', asked);
});
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  asked.mockClear();
});

it('knows what the page of a run needs', () => {
  expect(earlyCalls('/runs/7')).toEqual(['/session', '/runs/7', '/runs/7/series?max=21600']);
  expect(earlyCalls('/runs')).toEqual(['/session']);
  expect(earlyCalls('/plans/shop')).toEqual(['/session']);
});

describe('what was asked for early', () => {
  it('is not asked for again, but the second time it is', async () => {
    beginCalls('/plans');
    expect(await call('/session')).toEqual({ of: `${API}/session` });
    expect(asked).toHaveBeenCalledTimes(1);
    await call('/session');
    expect(asked).toHaveBeenCalledTimes(2);
  });
  it('is found by the id of a run, too', async () => {
    beginCalls('/runs/7');
    alsoKnownAs('7', '01J');
    expect(await call('/runs/01J/series?max=21600')).toEqual({ of: `${API}/runs/7/series?max=21600` });
    expect(asked).toHaveBeenCalledTimes(3);
  });
  it('is not for calls that change something, and not for long', async () => {
    beginCalls('/plans');
    await call('/session', { method: 'DELETE' });
    expect(asked).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(10_000);
    await call('/session');
    expect(asked).toHaveBeenCalledTimes(3);
  });
  it('is asked for again when it has failed or was refused', async () => {
    asked.mockImplementationOnce(() => Promise.reject(new Error('no network')));
    asked.mockImplementationOnce(() => Promise.resolve(new Response('{}', { status: 401 })));
    beginCalls('/runs/7');
    expect(await call('/session')).toEqual({ of: `${API}/session` });
    expect(await call('/runs/7')).toEqual({ of: `${API}/runs/7` });
  });
});
