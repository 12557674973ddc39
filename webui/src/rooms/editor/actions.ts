import { parsePlan, type Path, type PlanDocument } from '@/plan';
import { renameStep, renameTransaction } from '@/plan/references';
import { stepKind, type OutlineNode, type StepKind } from './outline';

/** An edit, and what is to be shown after it. */
export interface Edit {
  doc: PlanDocument;
  path: Path;
}

function split(path: Path): { list: Path; index: number } | undefined {
  const index = path.at(-1);
  return typeof index === 'number' ? { list: path.slice(0, -1), index } : undefined;
}

/** Whether something is an item of a list, which can be moved and copied. */
export function isItem(path: Path): boolean {
  return split(path) !== undefined;
}

/** Whether a line of the outline may go as a whole: the lists that every plan has may not. */
export function isRemovable({ kind, path }: Pick<OutlineNode, 'kind' | 'path'>): boolean {
  return isItem(path) || kind === 'block' || kind === 'else';
}

export function insertStep(doc: PlanDocument, list: Path, index: number, value: unknown): Edit {
  return { doc: doc.insert(list, index, value), path: [...list, index] };
}

/** Moves an item by so many places in its list; undefined: it is at the end already. */
export function moveBy(doc: PlanDocument, path: Path, by: number): Edit | undefined {
  const at = split(path);
  if (!at) return undefined;
  return moveTo(doc, path, at.index + by);
}

export function moveTo(doc: PlanDocument, path: Path, to: number): Edit | undefined {
  const at = split(path);
  if (!at || to === at.index || to < 0 || to >= doc.size(at.list)) return undefined;
  return { doc: doc.move(at.list, at.index, to), path: [...at.list, to] };
}

/** Copies an item behind itself. A transaction, whose name must be its own, gets another. */
export function copyItem(doc: PlanDocument, path: Path): Edit | undefined {
  const at = split(path);
  if (!at) return undefined;
  const copy = [...at.list, at.index + 1];
  let edited = doc.duplicate(at.list, at.index);
  const name = doc.scalar([...path, 'name']);
  if (at.list.length === 1 && at.list[0] === 'transactions' && name !== undefined) {
    edited = edited.set([...copy, 'name'], freeName(name, transactionNames(doc)));
  }
  return { doc: edited, path: copy };
}

/** Removes a value; the edit shows what comes after it, else before it, else its owner. */
export function remove(doc: PlanDocument, path: Path): Edit {
  const edited = doc.set(path, undefined);
  const at = split(path);
  if (!at) return { doc: edited, path: [] };
  const left = edited.size(at.list);
  if (left > 0) return { doc: edited, path: [...at.list, Math.min(at.index, left - 1)] };
  const last = at.list.at(-1);
  return { doc: edited, path: last === 'steps' || last === 'else' || last === 'transactions' ? at.list.slice(0, -1) : at.list };
}

/**
 * Puts back what was removed from before (after: without it), where it was: as it was written,
 * or where the text around it is not the same any more as a value without its comments.
 */
export function putBack(doc: PlanDocument, path: Path, before: PlanDocument, after: PlanDocument): PlanDocument {
  const value = before.get(path);
  const at = split(path);
  const asWritten = parsePlan(withRemoved(doc.text, before.text, after.text), doc);
  const grown = at ? asWritten.size(at.list) === doc.size(at.list) + 1 : doc.get(path) === undefined;
  if (asWritten.problems.length === 0 && grown && JSON.stringify(asWritten.get(path)) === JSON.stringify(value)) return asWritten;
  return at ? doc.insert(at.list, Math.min(at.index, doc.size(at.list)), value) : doc.set(path, value);
}

/** The text with what is in before and not in after, at its place counted from the nearer end that is unchanged. */
function withRemoved(text: string, before: string, after: string): string {
  const from = sameHead(before, after);
  const gone = before.slice(from, from + before.length - after.length);
  const head = sameHead(text, after);
  const at = head >= from ? from : text.length - (after.length - from);
  return at < 0 ? text : text.slice(0, at) + gone + text.slice(at);
}

function sameHead(a: string, b: string): number {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return n;
}

export function setEnabled(doc: PlanDocument, path: Path, on: boolean): PlanDocument {
  return doc.set([...path, 'enabled'], on ? undefined : false);
}

/** Where a thing of the outline has its name; undefined: it has none. */
export function namePath(doc: PlanDocument, path: Path): Path | undefined {
  if (path.length === 0) return ['name'];
  if (path[0] === 'blocks' && path.length === 2) return path;
  if (path[0] === 'transactions' && path.length === 2) return [...path, 'name'];
  if (!isItem(path)) return undefined;
  const kind = stepKind(doc, path);
  if (kind === 'group') return [...path, 'group'];
  return kind === 'request' ? [...path, 'name'] : undefined;
}

export function renameTo(doc: PlanDocument, path: Path, name: string): Edit {
  const at = namePath(doc, path);
  if (!at || (name === '' && path[0] === 'blocks')) return { doc, path };
  if (path[0] === 'blocks' && path.length === 2) {
    return renameBlock(doc, String(path[1]), name);
  }
  if (path[0] === 'transactions' && path.length === 2) return { doc: name === '' ? doc : renameTransaction(doc, path, name), path };
  if (path.length === 0) return { doc: doc.set(at, name === '' ? undefined : name), path };
  // A group without its name would be no group.
  return { doc: name === '' && at.at(-1) === 'group' ? doc : renameStep(doc, at, name), path };
}

/** Renames a block, and all steps that use it with it. */
function renameBlock(doc: PlanDocument, from: string, to: string): Edit {
  if (from === to || doc.keys(['blocks']).includes(to)) return { doc, path: ['blocks', from] };
  let edited = doc.rename(['blocks', from], to);
  for (const use of usesOf(edited, from)) edited = edited.set([...use, 'use'], to);
  return { doc: edited, path: ['blocks', to] };
}

/** Every list of steps of a plan. */
function stepLists(doc: PlanDocument): Path[] {
  const lists: Path[] = [['setup'], ['user_start'], ['user_stop'], ['teardown'], ...doc.keys(['blocks']).map((b) => ['blocks', b])];
  for (let i = 0; i < doc.size(['transactions']); i++) lists.push(['transactions', i, 'steps']);
  for (let n = 0; n < lists.length; n++) {
    const list = lists[n] ?? [];
    for (let i = 0; i < doc.size(list); i++) {
      for (const key of ['steps', 'else']) if (doc.size([...list, i, key]) > 0) lists.push([...list, i, key]);
    }
  }
  return lists;
}

/** The steps that use a block. */
export function usesOf(doc: PlanDocument, block: string): Path[] {
  const uses: Path[] = [];
  for (const list of stepLists(doc)) {
    for (let i = 0; i < doc.size(list); i++) if (doc.scalar([...list, i, 'use']) === block) uses.push([...list, i]);
  }
  return uses;
}

function transactionNames(doc: PlanDocument): string[] {
  return Array.from({ length: doc.size(['transactions']) }, (_, i) => doc.scalar(['transactions', i, 'name']) ?? '');
}

/** A name that is not taken: the given one, or with a number. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  const stem = name.replace(/ \d+$/, '');
  for (let n = 2; ; n++) if (!taken.includes(`${stem} ${n}`)) return `${stem} ${n}`;
}

export type NewStep = Exclude<StepKind, 'unknown'>;

/** What a new step of a kind is in the plan. */
export function newStep(doc: PlanDocument, kind: NewStep, name: string): unknown {
  switch (kind) {
    case 'request':
      return { name, request: { url: '/' } };
    case 'group':
      return { group: name, steps: [] };
    case 'repeat':
      return { repeat: { times: 2 }, steps: [] };
    case 'if':
      return { if: { var: 'name', exists: true }, steps: [] };
    case 'use':
      return { use: doc.keys(['blocks'])[0] ?? '' };
  }
}

export function addTransaction(doc: PlanDocument, name: string, script?: string): Edit {
  const value = { name: freeName(name, transactionNames(doc)), ...(script === undefined ? { steps: [] } : { script }) };
  return insertStep(doc, ['transactions'], doc.size(['transactions']), value);
}

export function addBlock(doc: PlanDocument, name: string): Edit {
  const free = freeName(name, doc.keys(['blocks']));
  return { doc: doc.set(['blocks', free], []), path: ['blocks', free] };
}

export interface StepPlace {
  list: Path;
  index: number;
}

/** Where a new step goes when this is shown: behind the step, or at the end of what has steps. */
export function placeForStep(doc: PlanDocument, path: Path): StepPlace | undefined {
  if (path.length === 0 || (path.length === 1 && (path[0] === 'transactions' || path[0] === 'blocks'))) return undefined;
  if (path[0] === 'transactions' && path.length === 2) return endOf(doc, [...path, 'steps']);
  const at = split(path);
  if (!at) return endOf(doc, path);
  const kind = stepKind(doc, path);
  if (kind === 'group' || kind === 'repeat' || kind === 'if') return endOf(doc, [...path, 'steps']);
  return { list: at.list, index: at.index + 1 };
}

function endOf(doc: PlanDocument, list: Path): StepPlace {
  return { list, index: doc.size(list) };
}
