// What of a plan names a transaction: choices of scenarios, and thresholds.

import type { Path, PlanDocument } from './types';
import { parseRule, printRule } from './thresholds';

/** Gives a transaction another name, and what names it too, as long as no other has either name. */
export function renameTransaction(doc: PlanDocument, path: Path, to: string): PlanDocument {
  const at = [...path, 'name'];
  const from = doc.scalar(at) ?? '';
  const named = doc.set(at, to);
  const others = Array.from({ length: doc.size(['transactions']) }, (_, i) => (i === path[1] ? '' : doc.scalar(['transactions', i, 'name'])));
  if (from === '' || to === '' || others.includes(from) || others.includes(to)) return named;
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
