// Moving items within their list: by dragging, and by Alt+↑ and Alt+↓.
import { useState, type DragEvent } from 'react';
import type { Path } from '@/plan';

export type Side = 'before' | 'after';

const sameList = (a: Path, b: Path): boolean => a.length === b.length && a.slice(0, -1).every((part, i) => part === b[i]);

/** Where an item is after it was dropped at another of its list. */
export function droppedAt(from: number, over: number, side: Side): number {
  const gap = side === 'before' ? over : over + 1;
  return gap > from ? gap - 1 : gap;
}

/** The items with one of them at another place. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const next = [...items];
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(to, 0, item);
  return next;
}

/** Where Alt+↑ and Alt+↓ move an item; 0: it is another key. */
export function moveKey(event: { altKey: boolean; key: string }): -1 | 0 | 1 {
  if (!event.altKey) return 0;
  return event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
}

/** Dragging of items within their list. Everything it does can be done by Alt+↑/↓ too. */
export function useDrag(onMove: (path: Path, to: number) => void) {
  const [from, setFrom] = useState<Path | null>(null);
  const [over, setOver] = useState<{ path: Path; side: Side } | null>(null);
  const end = () => {
    setFrom(null);
    setOver(null);
  };

  return {
    /** For what is taken hold of. */
    source: (path: Path) => ({
      draggable: true,
      onDragStart: (event: DragEvent) => {
        event.stopPropagation();
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', '');
        setFrom(path);
      },
      onDragEnd: end,
    }),
    /** For what it may be dropped at. */
    place: (path: Path) => ({
      'data-drop': over !== null && from !== null && over.path.join('/') === path.join('/') ? over.side : undefined,
      onDragOver: (event: DragEvent) => {
        if (!from || !sameList(from, path)) return;
        event.preventDefault();
        const box = event.currentTarget.getBoundingClientRect();
        const side: Side = event.clientY < box.top + box.height / 2 ? 'before' : 'after';
        if (over?.side !== side || over.path !== path) setOver({ path, side });
      },
      onDrop: (event: DragEvent) => {
        const [source, index] = [from?.at(-1), path.at(-1)];
        if (!from || !over || typeof source !== 'number' || typeof index !== 'number' || !sameList(from, path)) return;
        event.preventDefault();
        onMove(from, droppedAt(source, index, over.side));
        end();
      },
    }),
  };
}
