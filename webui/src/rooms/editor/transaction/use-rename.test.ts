import { renderHook } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { parsePlan, type Path, type PlanDocument } from '@/plan';
import { useRename } from './use-rename';

let doc: PlanDocument;
const editor = { snapshot: () => ({ doc }), edit: (change: PlanDocument) => void (doc = change) };
vi.mock('../context', () => ({ useEditor: () => ({ editor }) }));

function type(path: Path, names: string[]): void {
  const { result } = renderHook(() => useRename(path));
  for (const name of names) result.current(name);
}

it('keeps what names a transaction while its name is typed past that of another, and with a space', () => {
  doc = parsePlan('transactions:\n  - name: pay\n  - name: buy\nthresholds:\n  - p95(pay) < 1s\n  - p95(buy) < 2s\n');
  type(['transactions', 0], ['b', 'bu', 'buy', 'buy ', 'buy 2']);
  expect(doc.text).toBe('transactions:\n  - name: buy 2\n  - name: buy\nthresholds:\n  - p95(buy 2) < 1s\n  - p95(buy) < 2s\n');
});

const STEPS = `transactions:
  - name: buy
    steps:
      - {name: pay, request: {url: /}}
      - {name: list, request: {url: /}}
thresholds: [p95(pay) < 1s, p95(buy / list) < 2s]
`;

it('keeps what names a step while its name is typed past that of another, or there is none', () => {
  doc = parsePlan(STEPS);
  type(['transactions', 0, 'steps', 0], ['', 'l', 'list', 'lists']);
  expect(doc.text).toBe(STEPS.replace('name: pay', 'name: lists').replace('p95(pay)', 'p95(lists)'));
});

it('begins anew where the plan has been changed otherwise', () => {
  doc = parsePlan(STEPS);
  const { result } = renderHook(() => useRename(['transactions', 0, 'steps', 0]));
  result.current('v');
  doc = doc.set(['name'], 'shop');
  result.current('w');
  expect(doc.text).toBe(`name: shop\n${STEPS}`.replace('name: pay', 'name: w').replace('p95(pay)', 'p95(w)'));
});
