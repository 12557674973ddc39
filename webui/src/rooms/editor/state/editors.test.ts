import { expect, it } from 'vitest';
import { ApiError } from '@/api/client';
import type { PlanCalls } from './calls';
import { editorOf } from './editors';

const calls: PlanCalls = {
  read: () => Promise.reject(new ApiError(404, 'none', 'there is none')),
  save: (name, text) => Promise.resolve({ name, text, revision: text, problems: [] }),
  check: () => Promise.resolve([]),
};

it('what is edited keeps its history, whoever looks at something else meanwhile', async () => {
  const first = editorOf('environments/stage', calls);
  first.arrive({ name: 'stage', text: 'base_url: http://a\n', revision: '1', problems: [] }, Date.now());
  first.edit((doc) => doc.set(['base_url'], 'http://b'));
  editorOf('stage', calls);
  const again = editorOf('environments/stage', calls);
  expect(again).toBe(first);
  again.undo();
  expect(again.snapshot().doc.text).toBe('base_url: http://a\n');
  expect(again.snapshot().canRedo).toBe(true);
});
