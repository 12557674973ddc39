import { useCallback } from 'react';
import { useEditor } from './context';
import { placeOfProblem } from './problem-place';
import { within } from './state/problems';

/** Where the form stands; fields in it that are wrong are invalid, or within something that says so. */
export const FORM = 'data-editor-form';
const WRONG = '[aria-invalid="true"], [data-problem] input, [data-problem] textarea, [data-problem] [contenteditable="true"]';

function focusWrong(): void {
  const field = document.querySelector(`[${FORM}]`)?.querySelector<HTMLElement>(WRONG);
  if (field && !field.contains(document.activeElement)) field.focus();
}

/** Saves, and leads to the first error of what is open. Errors elsewhere lead nobody away from where they work. */
export function usePlanSave(): () => void {
  const { editor, go, where } = useEditor();
  return useCallback(() => {
    // Whose text holds is to be said first.
    if (editor.snapshot().comparing) return;
    const { hash } = location;
    const { text } = editor.snapshot().doc;
    void editor.save().then(() => {
      const { problems, doc } = editor.snapshot();
      const error = where.path.length > 0 ? within(problems, where.path).find((p) => !p.warning) : undefined;
      // Who went on meanwhile is not called back.
      if (!error || where.view !== 'form' || location.hash !== hash || doc.text !== text) return;
      const place = placeOfProblem(doc, error);
      go({ ...place, tab: place.tab || where.tab }, { replace: true });
      requestAnimationFrame(() => requestAnimationFrame(focusWrong));
    });
  }, [editor, go, where]);
}
