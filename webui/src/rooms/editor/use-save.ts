import { useCallback } from 'react';
import { useEditor } from './context';
import { placeOfProblem } from './problem-place';

/** Saves, and shows the first error of what was saved. */
export function usePlanSave(): () => void {
  const { editor, go, where } = useEditor();
  return useCallback(() => {
    void editor.save();
    const { problems, doc } = editor.snapshot();
    const error = problems.find((p) => !p.warning);
    if (error && where.view === 'form') go(placeOfProblem(doc, error), { replace: true });
  }, [editor, go, where.view]);
}
