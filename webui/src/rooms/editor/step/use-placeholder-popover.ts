import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type RefObject } from 'react';
import type { Marked } from '@/plan/variables';
import type { Piece } from './template';

/** How long the pointer rests before it opens, and how long it may be away, in ms. */
const OPEN_AFTER = 350;
const CLOSE_AFTER = 250;

/** What is open: a placeholder of a text, and where it stands in its field, in px. */
export interface Opened {
  value: string;
  token: Marked;
  left: number;
  width: number;
  /** By a key: the focus goes into it, and the pointer does not close it. */
  byKey: boolean;
}

export interface PlaceholderPopover {
  opened: Opened | null;
  close: () => void;
  /** Handlers of the field; nothing is computed while somebody types. */
  onMouseMove: (e: MouseEvent) => void;
  onMouseLeave: () => void;
  /** Alt+Enter opens it for the placeholder at the caret, Escape closes it. */
  onKeyDown: (e: KeyboardEvent<HTMLInputElement>) => void;
  /** Handlers of what is open. */
  hold: () => void;
  release: () => void;
}

/** Opens and closes what is said of a placeholder. marks shows the pieces of the text, an element each. */
export function usePlaceholderPopover(value: string, parts: readonly Piece[], marks: RefObject<HTMLElement | null>): PlaceholderPopover {
  const [opened, setOpened] = useState<Opened | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const over = useRef<Marked | undefined>(undefined);
  const later = useCallback((act: () => void, ms: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(act, ms);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);

  const show = (index: number, byKey: boolean) => {
    const token = parts[index]?.token;
    const element = marks.current?.children[index];
    if (!token || !(element instanceof HTMLElement)) return;
    setOpened({ value, token, left: element.offsetLeft - (marks.current?.scrollLeft ?? 0), width: element.offsetWidth, byKey });
  };
  const close = () => {
    clearTimeout(timer.current);
    setOpened(null);
  };
  const release = () => {
    if (opened && !opened.byKey) later(() => setOpened(null), CLOSE_AFTER);
  };
  return {
    opened: opened?.value === value ? opened : null,
    close,
    hold: () => clearTimeout(timer.current),
    release,
    onMouseMove: (e) => {
      if (parts.length === 0) return;
      const index = [...(marks.current?.children ?? [])].findIndex((element) => {
        const box = element.getBoundingClientRect();
        return e.clientX >= box.left && e.clientX < box.right && e.clientY >= box.top && e.clientY < box.bottom;
      });
      const token = parts[index]?.token;
      if (token === over.current) return;
      over.current = token;
      if (token) later(() => show(index, false), OPEN_AFTER);
      else if (opened) release();
      else clearTimeout(timer.current);
    },
    onMouseLeave: () => {
      over.current = undefined;
      clearTimeout(timer.current);
      release();
    },
    onKeyDown: (e) => {
      if (e.key === 'Escape' && opened) {
        e.stopPropagation();
        close();
      } else if (e.key === 'Enter' && e.altKey) {
        const caret = e.currentTarget.selectionStart ?? 0;
        const index = parts.findIndex(({ token }) => token && token.from <= caret && caret <= token.to);
        if (index < 0) return;
        e.preventDefault();
        show(index, true);
      }
    },
  };
}
