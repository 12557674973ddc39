import { expect, it } from 'vitest';
import type { Exchange, SentStep } from '@/api/types';
import { outcomesOf } from './outcome';
import { partOf } from './sent';

function step(transaction: string, name: string, failed?: Partial<SentStep>): SentStep {
  return { transaction, step: name, ok: !failed, latency: 2, attempts: [], extracts: [], checks: [], changed: {}, ...failed };
}

const exchange = (ok: boolean, steps: SentStep[], log: Exchange['log'] = []): Exchange => ({ ok, duration: 99, steps, before: {}, vars: {}, log });
const said = (result: Exchange, asked: string[]) => outcomesOf(result, asked).filter((o) => !o.transaction.startsWith('(') || !o.ok).map((o) => `${o.transaction} ${o.ok ? 'ok' : [o.step, o.kind, o.message].join('|')}`);

it('says of each transaction how it came out, by its first step that failed', () => {
  const steps = [step('(setup)', 'admin'), step('a', 'one'), step('b', 'two', { class: 'check', message: 'status 500' }), step('b', 'three', { class: 'status' }), step('c', 'four')];
  expect(said(exchange(false, steps), ['a', 'b', 'c'])).toEqual(['a ok', 'b two|check|status 500', 'c ok']);
});

it('says nothing of what was not come to', () => {
  const login = step('(user start)', 'login', { class: 'conn_refused', message: 'refused' });
  expect(said(exchange(false, [step('(setup)', 'admin'), login]), ['a', 'b'])).toEqual(['(user start) login|conn_refused|refused']);
  const late = step('b', 'slow', { message: 'it takes too long' });
  expect(said(exchange(false, [step('a', 'one'), late]), ['a', 'b', 'c'])).toEqual(['a ok', 'b slow|ended|it takes too long']);
});

it('takes one without steps as played only where all is well', () => {
  expect(said(exchange(true, []), ['silent'])).toEqual(['silent ok']);
  expect(said(exchange(false, [step('b', 'two', { class: 'check' })]), ['silent', 'b', 'after'])).toEqual(['b two|check|']);
});

it('fails the last where what failed is not shown', () => {
  const log = [{ at: '', level: 'error', message: 'it takes too long' }];
  expect(said(exchange(false, [step('a', 'one'), step('b', 'two')], log), ['a', 'b', 'c'])).toEqual(['a ok', 'b |ended|it takes too long']);
});

it('shows of a send of all what is of one transaction, with what came before', () => {
  const steps = [step('(setup)', 'admin'), step('a', 'one'), step('b', 'two', { class: 'check' })];
  const all = { id: 1, plan: 'p', transaction: '', environment: '', at: 0, result: exchange(false, steps) };
  expect(partOf(all, 'a')?.result).toMatchObject({ ok: true, duration: 4, steps: [{ step: 'admin' }, { step: 'one' }] });
  expect(partOf(all, 'b')?.result.ok).toBe(false);
  expect(partOf(all, 'c')).toBeUndefined();
  expect(partOf({ ...all, transaction: 'a' }, 'b')).toBeUndefined();
  const broken = { ...all, result: exchange(false, [step('(setup)', 'admin', { class: 'status' })]) };
  expect(partOf(broken, 'c')?.result).toMatchObject({ ok: false, steps: [{ step: 'admin' }] });
});
