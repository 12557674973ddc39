import { useRef, type KeyboardEvent } from 'react';
import type { OutlineNode, VisibleNode } from '../outline';

/** Letters typed within this many ms are one word to look for. */
const WORD_PAUSE = 700;

export interface TreeActions {
  focus(node: OutlineNode): void;
  select(node: OutlineNode): void;
  fold(node: OutlineNode, open: boolean): void;
  rename(node: OutlineNode): void;
  remove(node: OutlineNode): void;
  move(node: OutlineNode, by: number): void;
  menu(node: OutlineNode): void;
}

/** Where a key leads from a line of the tree; undefined: nowhere. */
export function target(lines: readonly VisibleNode[], at: number, key: string): VisibleNode | undefined {
  const line = lines[at];
  switch (key) {
    case 'ArrowDown':
      return lines[at + 1];
    case 'ArrowUp':
      return lines[at - 1];
    case 'Home':
      return lines[0];
    case 'End':
      return lines.at(-1);
    case 'ArrowRight':
      return line?.open && line.node.children.length > 0 ? lines[at + 1] : undefined;
    case 'ArrowLeft':
      return lines.find((l) => l.node === line?.parent);
    default:
      return undefined;
  }
}

/** The next line whose label begins with what was typed, from the given one on. */
export function lineTyped(lines: readonly VisibleNode[], at: number, word: string, label: (n: OutlineNode) => string): VisibleNode | undefined {
  const from = word.length > 1 ? at : at + 1;
  const order = [...lines.slice(from), ...lines.slice(0, from)];
  return order.find((l) => label(l.node).toLowerCase().startsWith(word));
}

/** The keys of a tree, as the ARIA practices have them, and those of this editor. */
export function useTreeKeys(lines: readonly VisibleNode[], label: (n: OutlineNode) => string, actions: TreeActions) {
  const typed = useRef({ word: '', at: 0 });

  return (event: KeyboardEvent, at: number): void => {
    const line = lines[at];
    if (!line || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return;
    const { node, open } = line;
    const { key } = event;
    const handled = () => event.preventDefault();
    if (event.altKey) {
      if (key === 'ArrowUp' || key === 'ArrowDown') {
        handled();
        actions.move(node, key === 'ArrowUp' ? -1 : 1);
      }
      return;
    }
    const folds = node.children.length > 0;
    if (key === 'ArrowRight' && folds && !open) actions.fold(node, true);
    else if (key === 'ArrowLeft' && folds && open) actions.fold(node, false);
    else if (key === 'Enter' || key === ' ') actions.select(node);
    else if (key === 'F2') actions.rename(node);
    else if (key === 'Delete') actions.remove(node);
    else if (key === 'ContextMenu' || (key === 'F10' && event.shiftKey)) actions.menu(node);
    else {
      let to = target(lines, at, key);
      if (!to && key.length === 1 && key !== '/') {
        const joins = event.timeStamp - typed.current.at < WORD_PAUSE;
        typed.current = { word: (joins ? typed.current.word : '') + key.toLowerCase(), at: event.timeStamp };
        to = lineTyped(lines, at, typed.current.word, label);
      }
      if (!to) return;
      actions.focus(to.node);
    }
    handled();
  };
}
