import type { Exchange, SentStep } from '@/api/types';
import type { Path, PlanDocument } from '@/plan';
import { useEditor } from './context';
import { nameOf } from './outline';

/** The last thing that a step did in an answer of Send once; it may have been played several times. */
export function sentStep(doc: PlanDocument, sent: Exchange | null, path: Path): SentStep | undefined {
  const owner = path[0] === 'transactions' ? doc.scalar(path.slice(0, 2).concat('name')) : path[0] === 'blocks' ? undefined : `(${String(path[0]).replace('_', ' ')})`;
  const name = nameOf(doc, path);
  return sent?.steps.findLast((s) => s.step === name && (owner === undefined || s.transaction === owner));
}

export function useSentStep(path: Path): SentStep | undefined {
  const { doc, sent } = useEditor();
  return sentStep(doc, sent, path);
}
