import type { Path, PlanDocument } from '@/plan';
import { idOf, LIFECYCLE, nameOf } from './outline';
import { SECTIONS, type Section } from './sections';

export type { Section };

export type View = 'form' | 'yaml';

/** What of a plan is shown: a section of its settings, or what is at a path. */
export interface Where {
  section?: Section;
  path: Path;
  tab: string;
  view: View;
}

const OVERVIEW: Where = { section: 'general', path: [], tab: '', view: 'form' };

/** Steps in the address count from 1; an e stands before those of else: 3.2, 4.e1. */
function parseSteps(text: string, at: Path): Path | undefined {
  let path: Path = at;
  for (const [i, part] of text.split('.').entries()) {
    const m = /^(e?)(\d+)$/.exec(part);
    if (!m || (i === 0 && m[1])) return undefined;
    if (i > 0) path = [...path, m[1] ? 'else' : 'steps'];
    path = [...path, Number(m[2]) - 1];
  }
  return path;
}

function formatSteps(path: Path): string {
  let text = '';
  for (let i = 0; i < path.length; i++) {
    const part = path[i];
    if (typeof part !== 'number') continue;
    text += (text === '' ? '' : '.') + (path[i - 1] === 'else' ? 'e' : '') + (part + 1);
  }
  return text;
}

/** Finds a step by its name, as results and Send once name it; with only, one that has this key. */
export function stepNamed(doc: PlanDocument, list: Path, name: string, only?: string): Path | undefined {
  for (let i = 0; i < doc.size(list); i++) {
    const step = [...list, i];
    if ((only === undefined || doc.get([...step, only]) !== undefined) && nameOf(doc, step) === name) return step;
    const nested = stepNamed(doc, [...step, 'steps'], name, only) ?? stepNamed(doc, [...step, 'else'], name, only);
    if (nested) return nested;
  }
  return undefined;
}

function findStep(doc: PlanDocument, list: Path, step: string): Path | undefined {
  const path = parseSteps(step, list);
  return path && doc.get(path) !== undefined ? path : stepNamed(doc, list, step);
}

function findTransaction(doc: PlanDocument, name: string): Path | undefined {
  const nth = /^@(\d+)$/.exec(name);
  for (let i = 0; i < doc.size(['transactions']); i++) {
    if (nth ? Number(nth[1]) === i + 1 : doc.scalar(['transactions', i, 'name']) === name) return ['transactions', i];
  }
  return undefined;
}

/** Reads what follows #/plans/<plan>; what is not there (any more) is its nearest owner, or the overview. */
export function parseWhere(doc: PlanDocument, rest: readonly string[], query: URLSearchParams): Where {
  const view: View = query.get('view') === 'yaml' ? 'yaml' : 'form';
  const tab = query.get('tab') ?? '';
  const [kind = '', name = ''] = rest;
  if (kind === 'settings') {
    return { ...OVERVIEW, section: SECTIONS.find((s) => s === name) ?? 'general', tab, view };
  }
  let owner: Path | undefined;
  let list: Path = [];
  if (kind === 'tx') {
    owner = findTransaction(doc, name);
    if (owner) list = [...owner, 'steps'];
  } else if (kind === 'blocks') {
    if (!doc.keys(['blocks']).includes(name)) return { ...OVERVIEW, section: 'blocks', view };
    owner = list = ['blocks', name];
  } else if (LIFECYCLE.some((l) => l === kind)) {
    owner = list = [kind];
  }
  if (!owner) return { ...OVERVIEW, view };
  const step = query.get('step');
  return { path: (step ? findStep(doc, list, step) : undefined) ?? owner, tab, view };
}

/**
 * What is shown after the plan changed under an address. Whose name changed has not gone: it
 * is still what is shown, and so it is while the text is no YAML and nothing can be found.
 */
export function followed(before: { doc: PlanDocument; where: Where }, doc: PlanDocument, found: Where): Where {
  const { path } = before.where;
  if (doc.problems.length > 0) return before.where;
  if (isNamesake(before, doc, found)) return nearest(doc, before.where);
  if (path.length < 2 || found.path.length > 0) return found;
  const [owner, key] = path;
  if (owner === 'transactions') return doc.size([owner]) === before.doc.size([owner]) ? nearest(doc, before.where) : found;
  const [was, now] = [before.doc.keys(['blocks']), doc.keys(['blocks'])];
  const name = was.length === now.length ? now[was.indexOf(String(key))] : undefined;
  return name === undefined ? found : nearest(doc, { ...before.where, path: ['blocks', name, ...path.slice(2)] });
}

/** Whether another transaction is found by the name that the one that is shown had, too, and has no more: while it was typed past that name. */
function isNamesake(before: { doc: PlanDocument; where: Where }, doc: PlanDocument, found: Where): boolean {
  const [own, other] = [before.where.path[1], found.path[1]];
  if (before.where.path[0] !== 'transactions' || found.path[0] !== 'transactions' || own === other) return false;
  const name = (of: PlanDocument, index: Path[number] | undefined) => of.scalar(['transactions', index ?? '', 'name']);
  const had = name(before.doc, own);
  return doc.size(['transactions']) === before.doc.size(['transactions']) && name(doc, own) !== had && had === name(before.doc, other) && had === name(doc, other);
}

/** The place, or as much of it as there is. */
function nearest(doc: PlanDocument, where: Where): Where {
  return doc.get(where.path) === undefined ? { ...where, path: where.path.slice(0, 2), tab: '' } : where;
}

/** The address of a place in a plan, for navigate and links. */
export function hrefOf(doc: PlanDocument, plan: string, where: Partial<Where>): string {
  const { path = [], tab = '', view = 'form' } = where;
  const section = idOf(path) === 'blocks' ? 'blocks' : where.section;
  const parts = ['plans', plan];
  let steps: Path = [];
  if (path[0] === 'transactions' && typeof path[1] === 'number') {
    parts.push('tx', transactionKey(doc, path[1]));
    steps = path.slice(3);
  } else if (path[0] === 'blocks' && path.length > 1) {
    parts.push('blocks', String(path[1]));
    steps = path.slice(2);
  } else if (LIFECYCLE.some((l) => l === path[0])) {
    parts.push(String(path[0]));
    steps = path.slice(1);
  } else if (section && section !== 'general') {
    parts.push('settings', section);
  }
  const query = new URLSearchParams();
  if (steps.length > 0) query.set('step', formatSteps(steps));
  if (tab) query.set('tab', tab);
  if (view !== 'form') query.set('view', view);
  const search = query.toString();
  return `/${parts.map(encodeURIComponent).join('/')}${search && `?${search}`}`;
}

/** A transaction by its name, or by its number where the name says nothing. */
function transactionKey(doc: PlanDocument, index: number): string {
  const name = doc.scalar(['transactions', index, 'name']) ?? '';
  const first = name === '' || name.startsWith('@') ? undefined : findTransaction(doc, name);
  return first?.[1] === index ? name : `@${index + 1}`;
}

/** Takes an address apart; its query may stand in the hash or before it. */
export function splitAddress(location: string, search: string): { plan: string; rest: string[]; query: URLSearchParams } {
  const [path = '', inHash = ''] = location.split('?', 2);
  const [, , plan = '', ...rest] = path.split('/').map(decoded);
  return { plan, rest, query: new URLSearchParams(inHash || search) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
