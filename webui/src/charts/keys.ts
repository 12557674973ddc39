import { scaledRange, type ChartGroup } from './group';

/** What a key does in a chart; null: nothing. */
export type KeyAction = { move: number } | { scale: number } | 'reset' | 'table' | null;

export function keyAction(key: string, shift: boolean): KeyAction {
  switch (key) {
    case 'ArrowLeft':
      return { move: shift ? -10 : -1 };
    case 'ArrowRight':
      return { move: shift ? 10 : 1 };
    case '+':
    case '=':
      return { scale: 0.5 };
    case '-':
      return { scale: 2 };
    case '0':
      return 'reset';
    case 't':
      return 'table';
    default:
      return null;
  }
}

/** Moves the cursor of a group by entries; it begins at the last one that is shown. */
export function moveCursor(group: ChartGroup, entries: number, step: number): void {
  const { from, to } = group.range();
  const last = Math.min(to, group.source.lastSecond());
  const at = group.cursor();
  group.setCursor(at === null ? last : Math.min(last, Math.max(from, at + entries * step)));
}

/** Zooms about the cursor, or the middle of what is shown. */
export function scaleWindow(group: ChartGroup, factor: number): void {
  const range = group.range();
  const at = group.cursor() ?? (range.from + range.to) / 2;
  group.zoom(scaledRange(range, factor, at, group.source.lastSecond()));
}
