// Names of a plan that other places of it say: choices of scenarios, and thresholds.

import type { Path, PlanDocument } from './types';
import { followRows } from './targets';

/** The names of all transactions but that at a path. */
function otherNames(doc: PlanDocument, path: Path): (string | undefined)[] {
  return Array.from({ length: doc.size(['transactions']) }, (_, i) => (i === path[1] ? '' : doc.scalar(['transactions', i, 'name'])));
}

/** Gives a transaction another name, and what names it too, as long as both names can be of it only. */
export function renameTransaction(doc: PlanDocument, path: Path, to: string): PlanDocument {
  const from = doc.scalar([...path, 'name']) ?? '';
  const named = doc.set([...path, 'name'], to);
  const others = otherNames(doc, path);
  if (from === '' || to === '' || others.includes(from) || others.includes(to)) return named;
  return followRows(doc, inScenarios(named, from, to));
}

/** Gives a request or a group another name, where it has that, and thresholds that name it too; '': none. */
export function renameStep(doc: PlanDocument, at: Path, to: string): PlanDocument {
  return followRows(doc, doc.set(at, to === '' ? undefined : to));
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
