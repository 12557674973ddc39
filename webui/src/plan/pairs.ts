// Headers, query parameters and form fields, whichever of their two ways they are written:
// a map of names, or a list of {name, value, enabled, note}.

import type { Pair, Path, PlanDocument } from './types';
import { wordOf } from './value';

export function pairsAt(doc: PlanDocument, path: Path): Pair[] {
  if (!Array.isArray(doc.get(path))) {
    return doc.keys(path).map((name) => pair(doc, [...path, name], name));
  }
  return Array.from({ length: doc.size(path) }, (_, i) => {
    const item = [...path, i];
    const found = pair(doc, [...item, 'value'], doc.scalar([...item, 'name']) ?? '');
    return { ...found, enabled: doc.scalar([...item, 'enabled']) !== 'false', note: doc.scalar([...item, 'note']) ?? '' };
  });
}

function pair(doc: PlanDocument, path: Path, name: string): Pair {
  const drop = doc.get(path) === null;
  return { name, value: drop ? '' : (doc.scalar(path) ?? ''), enabled: true, note: '', ...(drop && { drop }) };
}

/** Whether the rows need the list: as a map they would lose something. */
function needsList(pairs: readonly Pair[]): boolean {
  const names = new Set(pairs.map((p) => p.name));
  return names.size < pairs.length || pairs.some((p) => !p.enabled || p.note !== '');
}

/** Writes the rows. A map stays one while it can hold them; a list stays a list. */
export function setPairs(doc: PlanDocument, path: Path, pairs: readonly Pair[]): PlanDocument {
  const rows = pairs.filter((p) => p.name !== '' || p.value !== '' || p.note !== '');
  if (rows.length === 0) return doc.set(path, undefined);
  const list = Array.isArray(doc.get(path)) && doc.size(path) > 0;
  if (!list && !needsList(rows)) {
    return doc.set(path, new Map(rows.map((p) => [p.name, valueFor(doc, [...path, p.name], p)])));
  }
  return doc.set(
    path,
    rows.map((p, i) => {
      const item = [...path, i];
      const at = list ? [...item, 'value'] : [...path, p.name];
      const flag = !p.enabled || (list && doc.scalar([...item, 'enabled']) !== undefined);
      return inOrder(list ? doc.keys(item) : [], {
        name: p.name,
        value: valueFor(doc, at, p),
        enabled: flag ? p.enabled : undefined,
        note: p.note === '' ? undefined : p.note,
      });
    }),
  );
}

/** The entries in the order that a row was written in. */
export function inOrder(keys: string[], row: Record<string, unknown>): Map<string, unknown> {
  const order = [...keys.filter((key) => key in row), ...Object.keys(row).filter((key) => !keys.includes(key))];
  return new Map(order.map((key) => [key, row[key]]));
}

function valueFor(doc: PlanDocument, path: Path, row: Pair): unknown {
  return row.drop ? null : textFor(doc, path, row.value);
}

/**
 * A text for a place where numbers and texts mean the same: 20 is written without quotes,
 * unless what stands there has quotes.
 */
export function textFor(doc: PlanDocument, path: Path, text: string): unknown {
  return doc.quoted(path) ? text : wordOf(text);
}

/** Rows as lines: "name: value", with # before those that are switched off. */
export function linesOf(pairs: readonly Pair[]): string {
  return pairs
    .filter((p) => p.name !== '' || p.value !== '')
    .map((p) => `${p.enabled ? '' : '# '}${p.name}: ${p.value}`)
    .join('\n');
}

/** The rows of such lines; notes of rows with the same name stay. */
export function pairsOf(lines: string, before: readonly Pair[] = []): Pair[] {
  const rest = [...before];
  return lines.split(/\r?\n/).flatMap((line) => {
    const off = /^\s*#/.test(line);
    const text = line.replace(/^\s*#/, '').trim();
    if (text === '') return [];
    // HTTP/2's own headers begin with a colon.
    const colon = text.indexOf(':', 1);
    const name = (colon < 0 ? text : text.slice(0, colon)).trim();
    const value = colon < 0 ? '' : text.slice(colon + 1).trim();
    const i = rest.findIndex((p) => p.name === name);
    const old = i < 0 ? undefined : rest.splice(i, 1)[0];
    return [{ name, value, enabled: !off, note: old?.note ?? '', ...(old?.drop && value === '' && { drop: true }) }];
  });
}
