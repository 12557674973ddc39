import { useMemo, useState, type KeyboardEvent } from 'react';
import { openAtFirst, visibleRows, type TreeRow } from './json-tree';

/** Which nodes are open, and which one is chosen; keys as in any tree. */
export function useJSONTree(root: unknown, show: (index: number) => void) {
  const [open, setOpen] = useState(() => openAtFirst(root));
  const [chosen, setChosen] = useState(-1);
  const rows = useMemo(() => visibleRows(root, open), [root, open]);

  const toggle = (row: TreeRow) => {
    const next = new Set(open);
    if (!next.delete(row.path)) next.add(row.path);
    setOpen(next);
  };
  const choose = (index: number) => {
    const to = Math.min(Math.max(0, index), rows.length - 1);
    setChosen(to);
    show(to);
  };
  const parentOf = (index: number): number => {
    const depth = rows[index]?.depth ?? 0;
    let at = index - 1;
    while (at > 0 && (rows[at]?.depth ?? 0) >= depth) at--;
    return at;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[chosen];
    const keys: Record<string, () => void> = {
      ArrowDown: () => choose(chosen + 1),
      ArrowUp: () => choose(chosen - 1),
      Home: () => choose(0),
      End: () => choose(rows.length - 1),
      ArrowRight: () => (row && row.size > 0 && !row.open ? toggle(row) : choose(chosen + 1)),
      ArrowLeft: () => (row?.open ? toggle(row) : choose(parentOf(chosen))),
      Enter: () => row && row.size > 0 && toggle(row),
      ' ': () => row && row.size > 0 && toggle(row),
    };
    const action = keys[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  };
  return { rows, chosen, choose, toggle, onKeyDown };
}
