import type { ErrorGroup, ErrorTrend } from '@/api/types';

/** So many groups are listed. The master keeps as many, and counts all others together. */
export const MOST_GROUPS = 500;

/** The class of the group of those others. */
const REST = '(other)';

export interface GroupLine {
  key: string;
  group: ErrorGroup;
  /** Of all failures. */
  share: number;
  /** Failures per second of the last two minutes; null: it is not known, or not of now. */
  trend: readonly number[] | null;
}

export interface Groups {
  lines: GroupLine[];
  /** There are failures of groups that are not listed. */
  rest: boolean;
  /** How many such groups are known one by one: the master counts those beyond its bound together. */
  more: number;
  moreCount: number;
}

export function groupKey(g: ErrorGroup): string {
  return [g.scenario, g.transaction, g.step, g.class, g.rule, g.message].join('\u0000');
}

/** Groups as they are now, with the samples that are known of them. */
export function withSamples(now: readonly ErrorTrend[], known: readonly ErrorGroup[]): ErrorTrend[] {
  const samples = new Map(known.map((g) => [groupKey(g), g.samples]));
  return now.map((g) => ({ ...g, samples: samples.get(groupKey(g)) ?? [] }));
}

/** The groups of failures, the most frequent first, those of one transaction only if one is given. */
export function errorGroups(errors: readonly (ErrorGroup & { trend?: number[] })[], counted: { groups: number; count: number } | null, transaction: string | null = null): Groups {
  const mine = transaction === null ? errors : errors.filter((g) => g.transaction === transaction);
  const all = mine.reduce((sum, g) => sum + g.count, 0);
  const total = transaction === null ? Math.max(all, counted?.count ?? 0) : all;
  const single = mine.filter((g) => g.class !== REST);
  const shown = [...single].sort((a, b) => b.count - a.count).slice(0, MOST_GROUPS);
  const lines = shown.map((group) => ({ key: groupKey(group), group, share: total > 0 ? group.count / total : 0, trend: group.trend ?? null }));
  const others = mine.length - single.length;
  const groups = (transaction === null ? Math.max(mine.length, counted?.groups ?? 0) : mine.length) - others;
  return { lines, rest: groups > lines.length || others > 0, more: groups - lines.length, moreCount: total - lines.reduce((sum, l) => sum + l.group.count, 0) };
}
