// What is known of the name in a placeholder, beside its kind: where it is defined, its
// last value, and where it could be extracted.

import type { Path, PlanDocument } from '@/plan';
import type { KnownName } from '@/plan/variables';
import { lifecycleLists } from '@/plan/view';
import type { Sent } from '../send/use-last';
import type { Where } from './location';

/** The place of the page that shows where a name gets its value; undefined: none does. */
export function definedAt({ kind, path = [], environment }: KnownName): Partial<Where> | undefined {
  switch (kind) {
    case 'variable':
      return { section: 'variables' };
    case 'environment':
      return { section: 'environments', tab: environment };
    case 'column':
      return { section: 'data' };
    case 'secret':
      return undefined;
    case 'extract':
      return { path: path.slice(0, -2), tab: 'extract' };
    case 'set':
      return { path: path.slice(0, -2), tab: 'settings' };
    case 'item':
      return { path: path.slice(0, -1) };
    case 'script':
      return path.length === 1 ? { section: 'script' } : { path: path.slice(0, -1), tab: 'script' };
  }
}

/** The value that a name had at the end of the newest answer that has one. */
export function lastValue(results: readonly Sent[], name: string): string | undefined {
  for (const { result } of results) {
    const value = result.vars[name];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Steps of a list with those within them, in the order in which they are played. */
function stepsBelow(doc: PlanDocument, list: Path): Path[] {
  return Array.from({ length: doc.size(list) }, (_, i) => [...list, i]).flatMap((at) => [at, ...stepsBelow(doc, [...at, 'steps']), ...stepsBelow(doc, [...at, 'else'])]);
}

/** The request that comes last before a step; undefined: none does. */
export function requestBefore(doc: PlanDocument, path: Path): Path | undefined {
  const [top] = path;
  const own: Path = top === 'transactions' ? [...path.slice(0, 2), 'steps'] : top === 'blocks' ? path.slice(0, 2) : path.slice(0, 1);
  const steps = own.length > 0 ? stepsBelow(doc, own) : [];
  const key = path.join('/');
  const index = steps.findIndex((step) => step.join('/') === key);
  const earlier = lifecycleLists.slice(0, 2).filter((name) => top !== name && !(top === 'setup' && name === 'user_start'));
  const all = [...earlier.flatMap((name) => stepsBelow(doc, [name])), ...(index < 0 ? steps : steps.slice(0, index))];
  return all.findLast((step) => doc.get([...step, 'request']) !== undefined);
}

/** The document with an extraction of this name added to a step; its path is a guess. */
export function withExtract(doc: PlanDocument, step: Path, name: string): PlanDocument {
  const list = [...step, 'extract'];
  const json = /^[A-Za-z_]\w*$/.test(name) ? `$.${name}` : `$['${name}']`;
  return doc.insert(list, doc.size(list), { name, json });
}
