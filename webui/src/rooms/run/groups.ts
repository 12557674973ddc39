import type { ErrorGroup } from '@/api/types';

/** So many groups are listed; what more there is, is counted. */
export const MOST_GROUPS = 500;

export interface GroupLine {
  key: string;
  group: ErrorGroup;
  /** Of all failures. */
  share: number;
  /** Run times, in seconds, of the samples that are kept. */
  first: number;
  last: number;
  workers: string[];
}

export interface Groups {
  lines: GroupLine[];
  /** Groups that are not listed, and their failures. */
  more: number;
  moreCount: number;
}

export function groupKey(g: ErrorGroup): string {
  return [g.scenario, g.transaction, g.step, g.class, g.rule, g.message].join('\u0000');
}

/** The groups of failures, the most frequent first, those of one transaction only if one is given. */
export function errorGroups(errors: readonly ErrorGroup[], counted: { groups: number; count: number } | null, transaction: string | null = null): Groups {
  const mine = transaction === null ? errors : errors.filter((g) => g.transaction === transaction);
  const all = mine.reduce((sum, g) => sum + g.count, 0);
  const total = transaction === null ? Math.max(all, counted?.count ?? 0) : all;
  const shown = [...mine].sort((a, b) => b.count - a.count).slice(0, MOST_GROUPS);
  const lines = shown.map((group) => {
    const times = group.samples.map((s) => s.at / 1000);
    return { key: groupKey(group), group, share: total > 0 ? group.count / total : 0, first: Math.min(...times), last: Math.max(...times), workers: [...new Set(group.samples.map((s) => s.worker))].sort() };
  });
  const groups = transaction === null ? Math.max(mine.length, counted?.groups ?? 0) : mine.length;
  return { lines, more: groups - lines.length, moreCount: total - lines.reduce((sum, l) => sum + l.group.count, 0) };
}
