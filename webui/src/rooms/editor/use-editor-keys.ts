import { useShortcut, isTyping } from '@/widgets/use-shortcut';
import { usePlanSave } from './use-save';
import { useEditor } from './context';

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
  // Text fields have an undo of their own.
  const unlessTyping = (act: () => void) => (event: KeyboardEvent) => {
    if (!isTyping(event.target)) act();
  };
  // Also in dialogs: there the browser would offer to save the page.
  useShortcut('mod+s', save, { inDialogs: true });
  useShortcut('mod+shift+s', save, { inDialogs: true });
  useShortcut('mod+z', unlessTyping(() => editor.undo()));
  useShortcut('mod+shift+z', unlessTyping(() => editor.redo()));
  useShortcut('mod+y', unlessTyping(() => editor.redo()));
  useShortcut('[', () => step(-1));
  useShortcut(']', () => step(1));
}
