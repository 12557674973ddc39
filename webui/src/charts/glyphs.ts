import type { EventKind } from '@/api/types';

const GLYPHS: Record<EventKind, string> = {
  state: '●',
  load: '▲',
  stage: '▶',
  worker_suspect: '?',
  worker_lost: '✗',
  worker_returned: '✓',
  threshold_crossed: '◆',
  threshold_recovered: '◇',
  note: '✎',
  steady: '⚑',
};

/** The mark of an event, the same wherever it is shown. */
export function eventGlyph(kind: EventKind): string {
  return GLYPHS[kind] ?? '•';
}
