import { useRef } from 'react';
import type { Path } from '@/plan';
import { isUnnameable, renameTransaction } from '@/plan/references';
import { useEditor } from '../context';

/** Names a transaction letter by letter. On the way its name may be another's, or end with a space: what names it is found after that, too. */
export function useRename(path: Path): (to: string) => void {
  const { editor } = useEditor();
  const named = useRef<string>(undefined);
  return (to) => {
    const before = editor.snapshot().doc;
    const from = isUnnameable(before, path) ? named.current : undefined;
    named.current = from ?? before.scalar([...path, 'name']);
    editor.edit((doc) => renameTransaction(doc, path, to, from), `${path.join('/')}/name`);
  };
}
