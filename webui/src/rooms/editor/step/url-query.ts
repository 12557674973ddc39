import type { Pair } from '@/plan';
import { putQuery, queryOf, splitUrl, takeQuery } from '@/plan/query';

/** Where a request goes: the query may stand in its url, in rows of its own, or in both. */
export interface Target {
  url: string;
  query: readonly Pair[];
}

/** The whole URL, as the bar shows it. */
export function fullUrl({ url, query }: Target): string {
  return putQuery(url, query);
}

/** All parameters as rows. */
export function rowsOf({ url, query }: Target): Pair[] {
  return [...takeQuery(url).query, ...query];
}

/** The rows were edited: from now on all parameters are rows. */
export function withRows({ url }: Target, rows: readonly Pair[]): Target {
  return { url: queryOf(url).length > 0 ? takeQuery(url).url : url, query: rows };
}

/** The URL was edited. While its query is the same it stays where and as it is written. */
export function withTyped(target: Target, text: string): Target {
  const shown = splitUrl(fullUrl(target));
  const typed = splitUrl(text);
  if (typed.query === shown.query) {
    const own = splitUrl(target.url).query;
    return { url: typed.base + (own === undefined ? '' : `?${own}`) + typed.fragment, query: target.query };
  }
  const { url, query } = takeQuery(text);
  return { url, query: merged(rowsOf(target), query) };
}

/** New rows in the places of the old; notes stay, and rows that are switched off. */
function merged(old: readonly Pair[], rows: readonly Pair[]): Pair[] {
  const rest = [...rows];
  const all = old.flatMap((row) => {
    if (!row.enabled) return [row];
    const next = rest.shift();
    return next ? [{ ...next, note: row.note }] : [];
  });
  return [...all, ...rest];
}
