import { useEffect, useRef, type RefObject } from 'react';

/**
 * For a form that may come after its dialog was opened, or in place of another: the
 * dialog found no field and took the focus to its close button, or the focus went with
 * the other form, so this one takes it to its field with data-autofocus. A form that is
 * there in time leaves it to the dialog, which has yet to note where the focus came from.
 */
export function useLateFocus(): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const { activeElement, body } = document;
    const dialog = form.current?.closest('[role="dialog"]');
    if (activeElement === body || dialog?.contains(activeElement)) form.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
  }, []);
  return form;
}
