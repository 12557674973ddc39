import { expect, it } from 'vitest';
import type { Exchange } from '@/api/types';
import { parsePlan } from '@/plan';
import { nameOf } from './outline';
import { sentStep } from './use-sent';

const doc = parsePlan(`
transactions:
  - {name: t, steps: [{request: {url: "https://a.example/items/{{id}}?x=1"}}, {request: {method: post, url: /items/7}}, {name: own, request: {url: /}}]}
`);

it('finds what a step did in an answer, which names steps as the statistics do', () => {
  const names = ['GET /items/{id}', 'POST /items/{id}', 'own'];
  const sent = { steps: names.map((step) => ({ transaction: 't', step })) } as Exchange;
  names.forEach((name, i) => {
    const path = ['transactions', 0, 'steps', i];
    expect(nameOf(doc, path)).toBe(name);
    expect(sentStep(doc, sent, path)?.step).toBe(name);
  });
  expect(sentStep(doc, null, ['transactions', 0, 'steps', 0])).toBeUndefined();
});
