import { useRef } from 'react';
import type { Path, PlanDocument } from '@/plan';
import { renameTo } from '../actions';
import { useEditor } from '../context';

interface Typing {
  key: string;
  /** The plan before the first letter. */
  from: PlanDocument;
  /** What came of the last one. */
  to: PlanDocument;
}

/**
 * Names a transaction, a group or a request letter by letter. What names it follows from the name that it
 * had first: on the way it may have that of another, or none.
 */
export function useRename(path: Path): (to: string) => void {
  const { editor } = useEditor();
  const typing = useRef<Typing>(undefined);
  const key = path.join('/');
  return (name) => {
    const now = editor.snapshot().doc;
    const { current } = typing;
    const from = current?.key === key && current.to.text === now.text ? current.from : now;
    const { doc } = renameTo(from, path, name);
    typing.current = { key, from, to: doc };
    editor.edit(doc, `${key}/name`);
  };
}
