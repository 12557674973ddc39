import { useCallback } from 'react';
import { useEditor } from './context';
import { placeOfProblem } from './problem-place';
import { within } from './state/problems';

/** Saves, and shows the first error of what is open. Errors elsewhere lead nobody away from where they work. */
export function usePlanSave(): () => void {
  const { editor, go, where } = useEditor();
  return useCallback(() => {
    void editor.save();
    const { problems, doc } = editor.snapshot();
    const error = where.path.length > 0 ? within(problems, where.path).find((p) => !p.warning) : undefined;
    if (error && where.view === 'form') go(placeOfProblem(doc, error), { replace: true });
  }, [editor, go, where]);
}
