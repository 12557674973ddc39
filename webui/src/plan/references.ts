// What of a plan names a transaction: choices of scenarios, and thresholds.

import type { Path, PlanDocument } from './types';
import { parseRule, printRule } from './thresholds';

/** The names of all transactions but that at a path. */
function otherNames(doc: PlanDocument, path: Path): (string | undefined)[] {
  return Array.from({ length: doc.size(['transactions']) }, (_, i) => (i === path[1] ? '' : doc.scalar(['transactions', i, 'name'])));
}

/** Whether nothing can name a transaction by the name that it has: another has it too, or spaces are at its ends. */
export function isUnnameable(doc: PlanDocument, path: Path): boolean {
  const name = doc.scalar([...path, 'name']) ?? '';
  return name !== name.trim() || otherNames(doc, path).includes(name);
}

/**
 * Gives a transaction another name, and what names it too, as long as both names can be of it only.
 * from: by which it is named; another than it has where nothing can name it by that, while it is typed.
 */
export function renameTransaction(doc: PlanDocument, path: Path, to: string, from = doc.scalar([...path, 'name']) ?? ''): PlanDocument {
  const named = doc.set([...path, 'name'], to);
  if (from === '' || to === '' || otherNames(doc, path).includes(from) || isUnnameable(named, path)) return named;
  return inThresholds(inScenarios(named, from, to), from, to);
}

function inScenarios(doc: PlanDocument, from: string, to: string): PlanDocument {
  let next = doc;
  for (let i = 0; i < doc.size(['scenarios']); i++) {
    const list = ['scenarios', i, 'transactions'];
    if (doc.keys(list).includes(from)) next = next.rename([...list, from], to);
    for (let n = 0; n < doc.size(list); n++) if (doc.scalar([...list, n]) === from) next = next.set([...list, n], to);
  }
  return next;
}

function inThresholds(doc: PlanDocument, from: string, to: string): PlanDocument {
  let next = doc;
  for (let i = 0; i < doc.size(['thresholds']); i++) {
    const rule = parseRule(doc.scalar(['thresholds', i]) ?? '');
    if (!rule || (rule.target !== from && !rule.target.startsWith(`${from} / `))) continue;
    next = next.set(['thresholds', i], printRule({ ...rule, target: to + rule.target.slice(from.length) }));
  }
  return next;
}
