import { MantineProvider } from '@mantine/core';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Exchange, SentStep } from '@/api/types';
import { parsePlan } from '@/plan';
import { remember } from '../../send/sent';
import type { Sent } from '../../send/use-last';
import { EditorProvider, type EditorContext } from '../context';
import { PlanEditor } from '../state/plan-editor';
import { ChecksTab } from './checks-tab';
import { ExtractTab } from './extract-tab';
import { rowsAt, targetOf, tryOrder } from './try';

const text = `version: 1
variables: {a: 1, b: two}
transactions:
  - name: buy
    steps:
      - name: login
        request: {url: /login}
        extract: [{name: token, json: $.token}, {name: all, json: "$.x[*]", pick: all}]
        check: [{status: 200}, {json: $.n, ge: 1.10}]
      - {name: cart, request: {url: /cart}}
`;
const doc = parsePlan(text);
const login = ['transactions', 0, 'steps', 0];
const cart = ['transactions', 0, 'steps', 1];

function step(name: string, more: Partial<SentStep> = {}): SentStep {
  const response = { status: 200, headers: [], body: '{}', body_size: 2 };
  const attempt = { request: { method: 'GET', url: '/', headers: [], body_size: 0 }, response, bytes_in: 0, bytes_out: 0, timing: { dns: 0, connect: 0, tls: 0, first_byte: 0, total: 5 }, sent: true };
  return { transaction: 'buy', step: name, ok: true, latency: 5, attempts: [attempt as SentStep['attempts'][number]], extracts: [], checks: [], changed: {}, ...more };
}

function answer(...steps: SentStep[]): Exchange {
  return { ok: true, duration: 1, steps, before: { b: '2', u: 'x' }, vars: {}, log: [] };
}

const sent = (id: number, result: Exchange): Sent => ({ id, plan: 'p', transaction: 'buy', environment: '', at: 0, result });

it('finds the newest response of a step, and the variables as they were then', () => {
  const old = sent(1, answer(step('login', { changed: { token: 'old' } }), step('cart', { changed: { later: '1' } })));
  const newer = sent(2, answer(step('login', { attempts: [] })));
  const found = targetOf(doc, [newer, old], login);
  expect(found).toMatchObject({ id: 1, latency: 5, vars: { a: '1', b: '2', u: 'x', token: 'old' } });
  expect(typeof found === 'object' && 'later' in found.vars).toBe(false);
  expect(targetOf(doc, [newer, old], cart)).toMatchObject({ id: 1, vars: { later: '1' } });
});

it('says why there is no response', () => {
  expect(targetOf(doc, [], login)).toBe('notSent');
  expect(targetOf(doc, [sent(1, answer(step('login', { skipped: 'script', attempts: [] })))], login)).toBe('skipped');
  expect(targetOf(doc, [sent(1, answer(step('login', { attempts: [] })))], login)).toBe('noResponse');
});

it('asks with the rows as the file has them, and no more than the master takes', () => {
  const target = targetOf(doc, [sent(1, answer(step('login')))], login);
  if (typeof target === 'string') throw new Error(target);
  const order = tryOrder(target, rowsAt(doc, [...login, 'extract']), rowsAt(doc, [...login, 'check']));
  expect(order.extract).toEqual([{ name: 'token', json: '$.token' }, { name: 'all', json: '$.x[*]', pick: 'all' }]);
  expect(order.response).toMatchObject({ status: 200, body: '{}', latency: 5 });
  const many = tryOrder(target, Array.from({ length: 60 }, () => ({})), Array.from({ length: 60 }, () => ({})));
  expect([many.extract.length, many.check.length]).toEqual([60, 40]);
  expect(rowsAt(doc, [...cart, 'extract'])).toEqual([]);
});

const calls = { read: vi.fn(), save: vi.fn(), check: vi.fn() };
const drafts = { read: () => Promise.resolve(undefined), write: () => Promise.resolve(), remove: () => Promise.resolve() };
const fetched = vi.fn<(url: string, init: RequestInit) => Promise<Response>>();

function page(plan: string, tab: React.ReactNode, now = doc) {
  const editor = new PlanEditor(plan, calls, drafts);
  const context: EditorContext = { plan, editor, state: editor.snapshot(), doc: now, readOnly: false, names: [], sent: null, go: () => {}, where: { path: login, tab: '', view: 'form' } };
  return (
    <MantineProvider env="test">
      <EditorProvider value={context}>{tab}</EditorProvider>
    </MantineProvider>
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  fetched.mockReset();
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const reply = (value: unknown) => new Response(JSON.stringify(value));
const settled = (ms = 0) => act(() => vi.advanceTimersByTimeAsync(ms));

it('tests a row on the last response, until it is another one', async () => {
  remember({ plan: 'tested', transaction: 'buy', environment: '', at: 0, result: answer(step('login')) });
  fetched.mockImplementation(() => Promise.resolve(reply({ extracts: [{ found: true, value: 'T0', count: 3, message: '' }], checks: [] })));
  const shown = render(page('tested', <ExtractTab step={login} />));
  fireEvent.click(screen.getByTestId('test-extract-0'));
  await settled();
  const [url, init] = fetched.mock.calls[0] ?? [];
  expect(url).toMatch(/\/try$/);
  expect(JSON.parse(String(init?.body))).toMatchObject({ extract: [{ name: 'token', json: '$.token' }], check: [] });
  expect(screen.getByTestId('extract-row-0').textContent).toContain('T0');
  shown.rerender(page('tested', <ExtractTab step={login} />, doc.set([...login, 'extract', 0, 'json'], '$.other')));
  expect(screen.getByTestId('extract-row-0').textContent).not.toContain('T0');
});

it('does not ask without a response, and says why', async () => {
  render(page('never', <ExtractTab step={login} />));
  fireEvent.click(screen.getByTestId('test-extracts'));
  await settled();
  expect(fetched).not.toHaveBeenCalled();
  expect(screen.getByTestId('tried-on').textContent).toContain('try.lacking.notSent');
});

it('tries checks a moment after they were typed, once for all keys', async () => {
  remember({ plan: 'live', transaction: 'buy', environment: '', at: 0, result: answer(step('login')) });
  fetched.mockImplementation(() => Promise.resolve(reply({ extracts: [], checks: [{ ok: true, rule: '', actual: 'got 200', message: '' }, { ok: false, rule: '', actual: 'nothing found', message: '' }] })));
  const shown = render(page('live', <ChecksTab step={login} />));
  await settled(200);
  shown.rerender(page('live', <ChecksTab step={login} />, doc.set([...login, 'check', 1, 'ge'], 2)));
  await settled(200);
  expect(fetched).not.toHaveBeenCalled();
  await settled(100);
  expect(fetched).toHaveBeenCalledOnce();
  expect(screen.getByTestId('check-row-0').textContent).toContain('200');
  expect(screen.getByTestId('check-row-1').textContent).toContain('nothing found');
});
