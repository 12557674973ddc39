import { expect, it } from 'vitest';
import type { Exchange } from '@/api/types';
import { fitting, type Sent } from './sent';

function sent(id: number, body: string): Sent {
  const attempt = { request: { method: 'GET', url: '/', headers: [], body_size: 0 }, response: { status: 200, headers: [], body, body_size: body.length }, bytes_in: 0, bytes_out: 0, timing: { dns: 0, connect: 0, tls: 0, first_byte: 0, total: 0 }, sent: true };
  const step = { transaction: 't', step: 's', ok: true, latency: 0, attempts: [attempt], extracts: [], checks: [], changed: {} };
  const result: Exchange = { ok: true, duration: 0, steps: [step], before: {}, vars: {}, log: [] };
  return { id, plan: 'p', transaction: 't', environment: '', at: 0, result };
}

const ids = (results: readonly Sent[]) => results.map((s) => s.id);

it('keeps the last 20 results', () => {
  expect(fitting(Array.from({ length: 25 }, (_, i) => sent(i, 'x')))).toHaveLength(20);
});

it('keeps fewer where bodies are large, and always the newest', () => {
  const body = 'x'.repeat(40);
  expect(ids(fitting([sent(3, body), sent(2, body), sent(1, body)], 100))).toEqual([3, 2]);
  expect(ids(fitting([sent(3, body), sent(2, 'x')], 10))).toEqual([3]);
});
