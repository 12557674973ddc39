import { beforeAll, expect, it } from 'vitest';
import i18next from 'i18next';
import type { Reason, RunEvent, RunResult, RunTick } from '@/api/types';
import { chooseLanguage, startI18n } from '@/i18n';
import { standing } from './state';
import { describeEvent, silentText, thresholdValue, type Translate } from './words';

const silent: Reason = { code: 'no_report', params: { seconds: 10 }, text: 'no report for 10s' };
const event = (more: Partial<RunEvent>): RunEvent => ({ seq: 1, at: '2026-01-01T00:00:00Z', second: 1, kind: 'worker_lost', worker: 'w-1', from: 0, to: 0, ...more });

beforeAll(async () => {
  await startI18n();
  await chooseLanguage('zh');
});

it('says why a worker was lost and a run ended in the language of the page', () => {
  const t = i18next.getFixedT('zh', 'run') as Translate;
  expect(describeEvent(event({ text: silent.text, why: silent }), t)).toBe('压测机 w-1 失联：10\u00a0s 内没有报告');
  expect(describeEvent(event({ text: silent.text }), t)).toBe('压测机 w-1 失联：no report for 10s');
  const ended: Reason = { code: 'stop_requested', text: 'stopped on request' };
  expect(describeEvent(event({ kind: 'state', name: 'stopped', text: ended.text, why: ended }), t)).toBe('已停止：应要求停止');
});

it('says what a run waits for, and what became of a threshold, in the language of the page', () => {
  const result = { state: 'queued', result: '', reason: 'old', degraded: false, workers: [] } as unknown as RunResult;
  const waits: Reason = { code: 'waits', params: { need: 2, fit: 1, free: 0 }, text: 'waits for 2 workers' };
  expect(standing(result, { state: 'queued', reason: waits.text, why: [waits], users: 0, target: 0, lost: 0 } as unknown as RunTick).reason).toBe('等待 2 台压测机；符合条件的有 1 台，其中 0 台空闲');
  expect(standing(result, null).reason).toBe('old');
  expect(thresholdValue({ rule: 'p95 < 1s', value: 0, samples: 0, passed: false, default: false, message: 'no data', why: { code: 'no_data', text: 'no data' } })).toBe('没有数据');
});

it('names the last of many workers that are silent', () => {
  const t = i18next.getFixedT('zh', 'run') as Translate;
  const silent = ['a', 'b', 'c', 'd', 'e'].map((worker) => event({ kind: 'worker_suspect', worker }));
  expect(silentText(silent.slice(0, 1), 0, 3, t)).toMatch(/^压测机 a 没有响应/);
  expect(silentText(silent, 0, 3, t)).toMatch(/^压测机 c, d, e, 另有 2 台压测机 没有响应/);
});
