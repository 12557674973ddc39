import { readFileSync } from 'node:fs';
import i18next from 'i18next';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { Reason } from '@/api/types';
import { chooseLanguage, startI18n } from '@/i18n';
import en from '@/i18n/locales/en/reasons';
import { reasonsText, reasonText } from './reason';

const lost: Reason = {
  code: 'workers_lost', text: 'all workers are lost',
  of: [{ code: 'worker', params: { worker: 'w-1' }, text: 'w-1', of: [{ code: 'no_report', params: { seconds: 10 }, text: 'no report for 10s' }] }],
};

beforeAll(startI18n);
beforeEach(() => chooseLanguage('en'));

it('is said in the language of the page, with what it comes from', async () => {
  expect(reasonText(lost)).toBe('All workers are lost: w-1: no report for 10\u00a0s');
  await chooseLanguage('zh');
  expect(reasonText(lost)).toBe('全部压测机失联：w-1：10\u00a0s 内没有报告');
});

it('is what the master has said where the code is not known, or there is none', async () => {
  await chooseLanguage('zh');
  expect(reasonText({ code: 'of_a_later_version', text: 'the {{moon}} is full' })).toBe('the {{moon}} is full');
  expect(reasonText({ code: '', text: 'disk: {{x}} full' })).toBe('disk: {{x}} full');
  expect(reasonsText(undefined, 'of an older result')).toBe('of an older result');
  expect(reasonsText([], '')).toBe('');
});

it('has no parameter change how it is said', () => {
  const params = { said: 'enough {{rule}} $t(nobody)', lng: 'zh', ns: 'run', context: 'x', defaultValue: 'y', returnObjects: 'yes', joinArrays: '+', postProcess: 'z', interpolation: 'no' };
  expect(reasonText({ code: 'script_stopped', params, text: '' })).toBe('A script stopped the run: enough {{rule}} $t(nobody)');
});

it('writes numbers in their units, and in the right number', () => {
  expect(reasonText({ code: 'waits', params: { need: 1, fit: 1200, free: 0 }, text: '' })).toBe('waits for 1 worker; 1,200 fit, 0 of them are free');
  expect(reasonText({ code: 'late_starts', params: { share: 0.125, scenario: 'spike', ms: 100 }, text: '' })).toMatch(/^13\s?% of the starts of scenario spike were over 100\s?ms late/);
  expect(reasonsText([{ code: 'excluded', params: { count: 2 }, text: '' }, { code: 'held', params: { worker: 'w', run: 'r', owner: '' }, text: '' }], '')).toBe('2 excluded; w is held by run r of somebody unnamed');
});

it('has all codes of the master, and no others', () => {
  const go = readFileSync('../load/reason.go', 'utf8') + readFileSync('../load/report.go', 'utf8');
  const value = (name: string) => new RegExp(`\\b${name}\\s*= "(\\w+)"`).exec(go)?.[1];
  const codes = [...go.matchAll(/\tWhy\w+\s*= (?:"(\w+)"|(\w+))/g)].map(([, own, other]) => own ?? value(other ?? ''));
  expect(codes.length).toBeGreaterThan(50);
  expect([...new Set(Object.keys(en.code).map((key) => key.replace(/_(one|other)$/, '')))].sort()).toEqual(codes.sort());
  expect(i18next.exists('reasons:code.no_report')).toBe(true);
});
