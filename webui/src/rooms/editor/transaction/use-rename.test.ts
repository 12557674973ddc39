import { renderHook } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { parsePlan, type PlanDocument } from '@/plan';
import { useRename } from './use-rename';

let doc: PlanDocument;
const editor = { snapshot: () => ({ doc }), edit: (change: (doc: PlanDocument) => PlanDocument) => void (doc = change(doc)) };
vi.mock('../context', () => ({ useEditor: () => ({ editor }) }));

it('keeps what names a transaction while its name is typed past that of another, and with a space', () => {
  doc = parsePlan('transactions:\n  - name: pay\n  - name: buy\nthresholds:\n  - p95(pay) < 1s\n  - p95(buy) < 2s\n');
  const { result } = renderHook(() => useRename(['transactions', 0]));
  for (const name of ['b', 'bu', 'buy', 'buy ', 'buy 2']) result.current(name);
  expect(doc.text).toBe('transactions:\n  - name: "buy 2"\n  - name: buy\nthresholds:\n  - p95(buy 2) < 1s\n  - p95(buy) < 2s\n');
});
