import { useEffect, useRef, type RefObject } from 'react';
import type { Path } from '@/plan';
import { idOf, type VisibleNode } from '../outline';

export interface LineFocus {
  line: (id: string) => HTMLElement | null | undefined;
  focus: (id: string) => void;
  /** Gives the focus to the line of what was edited. That may come later than the frame; who has gone elsewhere meanwhile stays there. */
  settle: (path: Path | undefined) => void;
}

/** Moves the focus among the lines of a tree. */
export function useLineFocus(tree: RefObject<HTMLElement | null>, lines: readonly VisibleNode[]): LineFocus {
  const wanted = useRef<string>(undefined);
  const line = (id: string) => tree.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`);
  const reach = () => {
    const found = wanted.current === undefined ? undefined : line(wanted.current);
    if (!found) return;
    wanted.current = undefined;
    const { activeElement } = document;
    if (!activeElement || activeElement === document.body || activeElement.closest('[role="menu"]') || tree.current?.contains(activeElement)) found.focus();
  };
  useEffect(reach, [lines]);
  return {
    line,
    focus: (id) => void requestAnimationFrame(() => line(id)?.focus()),
    settle: (path) => {
      if (!path) return;
      wanted.current = idOf(path);
      requestAnimationFrame(reach);
    },
  };
}
