// The query of a URL as rows, and back. {{placeholders}} are not touched, and what was
// typed stays as it was typed: rows and URL are the same data shown twice.

import type { Pair } from './types';

interface UrlParts {
  /** Up to the question mark. */
  base: string;
  query: string | undefined;
  /** With its #. */
  fragment: string;
}

/** The place of the first of chars that is not within a placeholder; -1: none. */
function findOutside(text: string, chars: string, from = 0): number {
  for (let i = from; i < text.length; i++) {
    if (text.startsWith('{{', i)) {
      const end = text.indexOf('}}', i + 2);
      if (end < 0) return -1;
      i = end + 1;
    } else if (chars.includes(text[i] ?? '')) return i;
  }
  return -1;
}

function splitOutside(text: string, char: string): string[] {
  const out: string[] = [];
  let from = 0;
  for (;;) {
    const at = findOutside(text, char, from);
    out.push(text.slice(from, at < 0 ? undefined : at));
    if (at < 0) return out;
    from = at + 1;
  }
}

export function splitUrl(url: string): UrlParts {
  const hash = findOutside(url, '#');
  const fragment = hash < 0 ? '' : url.slice(hash);
  const rest = hash < 0 ? url : url.slice(0, hash);
  const mark = findOutside(rest, '?');
  return mark < 0 ? { base: rest, query: undefined, fragment } : { base: rest.slice(0, mark), query: rest.slice(mark + 1), fragment };
}

/** The rows of the query that stands in a URL, as it is typed. */
export function queryOf(url: string): Pair[] {
  const { query } = splitUrl(url);
  if (query === undefined || query === '') return [];
  return splitOutside(query, '&').map((part) => {
    const equal = findOutside(part, '=');
    const name = equal < 0 ? part : part.slice(0, equal);
    return { name, value: equal < 0 ? '' : part.slice(equal + 1), enabled: true, note: '' };
  });
}

/** The URL with these rows as its query; those switched off are left out. */
export function withQuery(url: string, rows: readonly Pair[]): string {
  const { base, fragment } = splitUrl(url);
  const bare = new Set(splitUrl(url).query?.split('&').filter((part) => findOutside(part, '=') < 0));
  const parts = rows
    .filter((row) => row.enabled && (row.name !== '' || row.value !== ''))
    .map((row) => (row.value === '' && bare.has(row.name) ? row.name : `${row.name}=${row.value}`));
  return base + (parts.length === 0 ? '' : `?${parts.join('&')}`) + fragment;
}

/** A part of a query with its escapes undone, as the query rows of a plan hold it. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** A part of a query with escapes, outside of placeholders. */
function encoded(text: string): string {
  return text
    .split(/(\{\{.*?\}\})/)
    .map((part, i) => (i % 2 === 1 ? part : encodeURIComponent(part).replaceAll('%20', '+')))
    .join('');
}

/** The URL without its query, and the query as rows of a plan: escapes undone. */
export function takeQuery(url: string): { url: string; query: Pair[] } {
  const { base, fragment } = splitUrl(url);
  return { url: base + fragment, query: queryOf(url).map((row) => ({ ...row, name: decoded(row.name), value: decoded(row.value) })) };
}

/** The whole URL that a request with a query of its own asks for. */
export function putQuery(url: string, query: readonly Pair[]): string {
  const rows = query.filter((row) => row.enabled).map((row) => ({ ...row, name: encoded(row.name), value: encoded(row.value) }));
  return rows.length === 0 ? url : withQuery(url, [...queryOf(url), ...rows]);
}
