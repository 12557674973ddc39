import { useEffect } from 'react';
import { useShortcut, isTyping } from '@/widgets/use-shortcut';
import { FORM, usePlanSave } from './use-save';
import { useEditor } from './context';
import type { PlanEditor } from './state/plan-editor';

/** Keys of the whole page: save, undo, redo, and from transaction to transaction. */
export function useEditorKeys(): void {
  const { editor, doc, where, go } = useEditor();
  const save = usePlanSave();
  const step = (by: number) => {
    const count = doc.size(['transactions']);
    const [owner, at] = where.path;
    const now = owner === 'transactions' && typeof at === 'number' ? at : by > 0 ? -1 : count;
    const next = now + by;
    if (next >= 0 && next < count) go({ path: ['transactions', next], view: where.view });
  };
  // Also in dialogs: there the browser would offer to save the page.
  useShortcut('mod+s', save, { inDialogs: true });
  useShortcut('mod+shift+s', save, { inDialogs: true });
  useUndoKeys(editor);
  useShortcut('[', () => step(-1));
  useShortcut(']', () => step(1));
}

/** A field whose text is not (only) in the plan: it undoes what is typed there itself. */
export const OWN_UNDO = 'data-own-undo';

/** What Ctrl+Z and its like mean for the plan where the focus is; undefined: nothing. */
export function undoKey(event: KeyboardEvent): 'undo' | 'redo' | undefined {
  if (event.defaultPrevented || event.isComposing || event.altKey || !(event.ctrlKey || event.metaKey)) return undefined;
  const key = event.key.toLowerCase();
  const means = key === 'z' ? (event.shiftKey ? 'redo' : 'undo') : key === 'y' && !event.shiftKey ? 'redo' : undefined;
  const { target } = event;
  if (!isTyping(target) || !(target instanceof HTMLElement)) return means;
  // The fields of the form show the plan; a browser's own undo would know one of them only.
  return target.closest(`[${FORM}]`) && !target.closest(`[contenteditable="true"], [${OWN_UNDO}]`) ? means : undefined;
}

function useUndoKeys(editor: PlanEditor): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const means = undoKey(event);
      if (!means || document.querySelector('[role="dialog"][aria-modal="true"]')) return;
      event.preventDefault();
      editor[means]();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [editor]);
}
