import type { LogLine } from '@/api/types';

export type Level = 'all' | 'warn' | 'error';

const RANK: Record<string, number> = { info: 0, warn: 1, error: 2 };

export function filterLines(lines: readonly LogLine[], level: Level, search: string): LogLine[] {
  const least = level === 'all' ? 0 : (RANK[level] ?? 0);
  const wanted = search.trim().toLowerCase();
  return lines.filter((line) => (RANK[line.level] ?? 0) >= least && (wanted === '' || `${line.worker} ${line.message} ${line.place ?? ''}`.toLowerCase().includes(wanted)));
}
