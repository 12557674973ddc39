// A plan's text with its tree, and the edits of it. After every edit the new text is read
// and compared with what the edit means; an edit whose result would read as anything else
// gives the same document back.

import { changed, indexIn, inserted, moved, nested, removed, valueAt, withKids } from './edit';
import { restOfLine, lineEnd, nextLine, columnOf, valueEnd } from './extent';
import type { Path, Place, PlanDocument, SyntaxProblem } from './types';
import { placeFor } from './order';
import type { Pieces } from './pieces';
import { isBlock, Printer, styleOf } from './print';
import { applied, inFlow, Splicer, type Splice } from './splice';
import type { GroupNode, KidNode, TreeNode } from './nodes';
import { parseTree, type Tree } from './tree';
import { hasLines, heightOf, jsonOf, plainOf, sameValue, valueOf, type Value } from './value';

/**
 * Reads a text. It never throws: what is wrong with it is in problems. Given a document
 * that the text differs little from, it reads only what is new.
 */
export function parsePlan(text: string, like?: PlanDocument): PlanDocument {
  return new Text(text, like instanceof Text ? like.tree.pieces : undefined);
}

/** So many differences are made one by one; more, and the value is written anew. */
const maxDifferences = 12;

class Text implements PlanDocument {
  readonly tree: Tree;
  private lazySplicer?: Splicer;

  constructor(readonly text: string, known?: Pieces) {
    this.tree = parseTree(text, known);
  }

  get problems(): readonly SyntaxProblem[] {
    return this.tree.problems;
  }

  get(path: Path): unknown {
    const node = this.node(path);
    return node && plainOf(node);
  }

  scalar(path: Path): string | undefined {
    const node = this.node(path);
    return node?.kind === 'scalar' ? node.text : undefined;
  }

  quoted(path: Path): boolean {
    const node = this.node(path);
    return node?.kind === 'scalar' && node.quoting !== 'plain';
  }

  json(path: Path, indent = 2): string | undefined {
    const node = this.node(path);
    return node && jsonOf(node, indent);
  }

  size(path: Path): number {
    const node = this.node(path);
    return node && node.kind !== 'scalar' ? node.kids.length : 0;
  }

  keys(path: Path): string[] {
    const node = this.node(path);
    return node?.kind === 'map' ? node.kids.map((kid) => kid.key) : [];
  }

  set(path: Path, value: unknown): PlanDocument {
    if (this.broken()) return this;
    return value === undefined ? this.remove(path) : this.put(path, valueOf(value));
  }

  insert(path: Path, index: number, value: unknown): PlanDocument {
    if (this.broken()) return this;
    const list = this.node(path);
    if (!list || list.kind === 'scalar') return list && list.start !== list.end ? this : this.put(path, valueOf([value]));
    if (list.kind !== 'list') return this;
    const at = Math.max(0, Math.min(index, list.kids.length));
    return list.kids.length === 0 ? this.put(path, valueOf([value])) : this.add(path, at, '', valueOf(value));
  }

  move(path: Path, from: number, to: number): PlanDocument {
    const list = this.node(path);
    const inside = (i: number) => Number.isInteger(i) && i >= 0 && i < this.size(path);
    if (this.broken() || list?.kind !== 'list' || !inside(from) || !inside(to) || from === to) return this;
    const splices = this.splicer.move(list, from, to, path.length === 0);
    return this.done(path, splices, moved(this.tree.root, path, from, to));
  }

  duplicate(path: Path, index: number): PlanDocument {
    const list = this.node(path);
    const item = list?.kind === 'list' ? list.kids[index] : undefined;
    if (this.broken() || list?.kind !== 'list' || !item) return this;
    const splices = this.splicer.duplicate(list, index, path.length === 0);
    return this.done(path, splices, inserted(this.tree.root, path, index + 1, item));
  }

  rename(path: Path, key: string): PlanDocument {
    const old = path.at(-1);
    const group = this.node(path.slice(0, -1));
    if (this.broken() || old === undefined || group?.kind !== 'map') return this;
    const index = indexIn(group, old);
    if (index < 0 || indexIn(group, key) >= 0) return this;
    const splices = this.splicer.rename(group, index, key);
    const want = changed(this.tree.root, path.slice(0, -1), (g) => {
      const kid = g.kind === 'map' ? g.kids[index] : undefined;
      return kid && g.kind === 'map' ? withKids(g, g.kids.with(index, { key, value: kid.value })) : undefined;
    });
    return this.done(path.slice(0, -1), splices, want);
  }

  place(path: Path): Place | undefined {
    const node = this.node(path);
    return node && this.placeOf(node.start);
  }

  pathAt(place: Place): Path {
    const line = this.tree.lines.startOf(place.line);
    if (line === undefined) return [];
    const at = Math.min(line + place.column - 1, lineEnd(this.text, line));
    const path: (string | number)[] = [];
    let node: TreeNode = this.tree.root;
    while (node.kind !== 'scalar') {
      const i: number = node.kids.findIndex((kid) => kid.start <= at && at <= restOfLine(this.text, valueEnd(kid)) && (node as GroupNode).flow === false || kid.start <= at && at <= valueEnd(kid));
      const kid: KidNode | undefined = node.kids[i];
      if (!kid) break;
      path.push(node.kind === 'map' ? kid.key : i);
      node = kid.value;
    }
    return path;
  }

  blockStart(path: Path): Place | undefined {
    const node = this.node(path);
    if (node?.kind !== 'scalar' || (node.quoting !== 'literal' && node.quoting !== 'folded')) return undefined;
    const first = nextLine(this.text, node.start);
    for (let line = first; line < node.end; line = nextLine(this.text, line)) {
      const content = this.text.slice(line, lineEnd(this.text, line));
      if (content.trim() !== '') return { line: this.placeOf(first).line, column: content.length - content.trimStart().length + 1 };
    }
    return undefined;
  }

  private get splicer(): Splicer {
    return (this.lazySplicer ??= new Splicer(this.text, new Printer(styleOf(this.text, this.tree))));
  }

  private with(splices: readonly Splice[]): Text {
    return new Text(applied(this.text, splices), this.tree.pieces);
  }

  private broken(): boolean {
    return this.tree.problems.length > 0;
  }

  private node(path: Path): TreeNode | undefined {
    return valueAt(this.tree.root, path);
  }

  private placeOf(offset: number): Place {
    return this.tree.lines.placeOf(offset);
  }

  /** The longest part of path that is there. */
  private known(path: Path): number {
    let n = path.length;
    while (n > 0 && !this.node(path.slice(0, n))) n--;
    return n;
  }

  private put(path: Path, value: Value): PlanDocument {
    const n = this.known(path);
    const node = this.node(path.slice(0, n)) as TreeNode;
    if (n === path.length) return this.change(path, node, value);
    const key = path[n] as string | number;
    const rest = nested(path.slice(n + 1), value);
    if (!rest) return this;
    const empty = node.kind === 'scalar' || node.kids.length === 0;
    if (empty && !(n === 0 && node.start === node.end)) {
      const whole = nested(path.slice(n), value);
      return whole ? this.swap(path.slice(0, n), whole) : this;
    }
    if (node.kind === 'list') return key === node.kids.length ? this.add(path.slice(0, n), node.kids.length, '', rest) : this;
    if (typeof key === 'number') return this;
    if (empty) return this.begin(key, rest);
    const keys = (node as GroupNode).kids.map((kid) => kid.key);
    return this.add(path.slice(0, n), placeFor(path.slice(0, n), keys, key) + 1, key, rest);
  }

  /** The first entry of a file that holds none, behind its comments. */
  private begin(key: string, value: Value): PlanDocument {
    const { style } = this.splicer.printer;
    const line = this.text === '' || this.text.endsWith('\n') ? '' : style.newline;
    const at = this.text.length;
    const text = line + this.splicer.printer.entry(key, value, 0) + style.newline;
    return this.done([], [{ from: at, to: at, text }], { kind: 'map', kids: [{ key, value }] });
  }

  /** Another value at path, in as few places as it differs. */
  private change(path: Path, node: TreeNode, value: Value): PlanDocument {
    if (sameValue(node, value)) return this;
    if (node.kind === 'scalar' || value.kind === 'scalar' || node.kind !== value.kind || node.kids.length === 0 || value.kids.length === 0) {
      return this.swap(path, value);
    }
    const edits = differences(path, node, value, maxDifferences);
    if (!edits) return this.swap(path, value);
    let doc: PlanDocument = this;
    for (const edit of edits) doc = edit(doc as Text);
    const result = doc as Text;
    const want = changed(this.tree.root, path, () => value);
    return want && sameValue(result.tree.root, want) ? result : this.swap(path, value);
  }

  swap(path: Path, value: Value): PlanDocument {
    const index = indexIn(this.node(path.slice(0, -1)) as TreeNode, path.at(-1) ?? '');
    const group = this.node(path.slice(0, -1));
    const want = changed(this.tree.root, path, () => value);
    if (path.length === 0 || !group || group.kind === 'scalar') return this.reprint([], want);
    const room = this.withRoom(path.slice(0, -1), value);
    if (room) return room.swap(path, value);
    const spot = { group, index, flow: inFlow(this.tree.root, path.slice(0, -1)), root: path.length === 1 };
    return this.done(path.slice(0, -1), this.splicer.replace(spot, value), want);
  }

  add(path: Path, at: number, key: string, value: Value): PlanDocument {
    const group = this.node(path) as GroupNode;
    const want = inserted(this.tree.root, path, at, { key, value });
    const room = this.withRoom(path, value);
    if (room) return room.add(path, at, key, value);
    const splices = this.splicer.insert(group, at, key, value, inFlow(this.tree.root, path), path.length === 0);
    return this.done(path, splices, want);
  }

  /** The document with the braces around path opened, where value needs more than a line. */
  private withRoom(path: Path, value: Value): Text | undefined {
    const node = this.node(path);
    if (!node || node.kind === 'scalar' || !inFlow(this.tree.root, path) || this.splicer.printer.style.json) return undefined;
    if (value.kind === 'scalar' && this.splicer.printer.literal(value.text, 0) === undefined) return undefined;
    const long = columnOf(this.text, node.end) + this.splicer.printer.flow(value).length > 140;
    if (!hasLines(value) && heightOf(value) < 3 && !long) return undefined;
    const splices = this.splicer.opened(this.tree.root, path);
    const opened = splices && this.with(splices);
    return opened && sameValue(opened.tree.root, this.tree.root) && !opened.broken() && !inFlow(opened.tree.root, path) ? opened : undefined;
  }

  remove(path: Path): PlanDocument {
    if (path.length === 0 || !this.node(path)) return this;
    const parent = path.slice(0, -1);
    const group = this.node(parent) as GroupNode;
    const index = indexIn(group, path.at(-1) ?? '');
    const owner = this.node(parent.slice(0, -1));
    if (group.kids.length === 1 && group.kind === 'map' && parent.length > 0 && owner?.kind === 'map') return this.remove(parent);
    const want = removed(this.tree.root, parent, index);
    if (group.kids.length === 1 && parent.length > 0) return this.swap(parent, withKids(group, []));
    return this.done(parent, this.splicer.remove(group, index, parent.length === 0), want);
  }

  /** The text with splices, if it reads as want; else a wider rewrite, at worst none. */
  private done(path: Path, splices: readonly Splice[], want: Value | undefined): PlanDocument {
    if (!want) return this;
    if (splices.length > 0) {
      const next = this.with(splices);
      if (next.reads(want)) return next;
    }
    return this.reprint(path, want);
  }

  /** The value at path written anew, or if that will not do what is around it. */
  private reprint(path: Path, want: Value | undefined): PlanDocument {
    if (!want) return this;
    const { printer } = this.splicer;
    for (let n = path.length; n > 0; n--) {
      const parent = this.node(path.slice(0, n - 1));
      const value = valueAt(want, path.slice(0, n));
      const index = parent ? indexIn(parent, path[n - 1] ?? '') : -1;
      if (!value || !parent || !isBlock(parent) || index < 0) continue;
      const splices = this.splicer.replace({ group: parent, index, flow: false, root: n === 1 }, value);
      const next = this.with(splices);
      if (next.reads(want)) return next;
    }
    const whole = new Text(printer.block(want, 0) + printer.style.newline, this.tree.pieces);
    return whole.reads(want) ? whole : this;
  }

  private reads(want: Value): boolean {
    return !this.broken() && sameValue(this.tree.root, want);
  }
}

type Edit = (doc: Text) => PlanDocument;

/** What has to be done at path, in order; undefined when there is too much of it. */
function differences(path: Path, old: Value, value: Value, most: number): Edit[] | undefined {
  if (sameValue(old, value)) return [];
  if (old.kind === 'scalar' || value.kind === 'scalar' || old.kind !== value.kind || old.kids.length === 0 || value.kids.length === 0) {
    return [(doc) => doc.swap(path, value)];
  }
  const edits = old.kind === 'map' ? mapDifferences(path, old, value, most) : listDifferences(path, old, value, most);
  return edits && edits.length <= most ? edits : undefined;
}

function mapDifferences(path: Path, old: Value & { kind: 'map' | 'list' }, value: Value & { kind: 'map' | 'list' }, most: number): Edit[] | undefined {
  const stay = old.kids.filter((kid) => indexIn(value, kid.key) >= 0);
  const known = value.kids.filter((kid) => indexIn(old, kid.key) >= 0);
  if (stay.length === 0 || stay.some((kid, i) => kid.key !== known[i]?.key)) return undefined;
  const edits: Edit[] = [];
  for (const kid of old.kids) if (indexIn(value, kid.key) < 0) edits.push((doc) => doc.remove([...path, kid.key]));
  value.kids.forEach((kid, i) => {
    const before = old.kids[indexIn(old, kid.key)];
    const more = before ? differences([...path, kid.key], before.value, kid.value, most - edits.length) : [(doc: Text) => doc.add(path, i, kid.key, kid.value)];
    if (more) edits.push(...more);
    else edits.push((doc) => doc.swap([...path, kid.key], kid.value));
  });
  return edits;
}

function listDifferences(path: Path, old: Value & { kind: 'map' | 'list' }, value: Value & { kind: 'map' | 'list' }, most: number): Edit[] | undefined {
  const a = old.kids;
  const b = value.kids;
  let head = 0;
  const same = (i: number, j: number) => sameValue(a[i]?.value as Value, b[j]?.value as Value);
  while (head < a.length && head < b.length && same(head, head)) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && same(a.length - 1 - tail, b.length - 1 - tail)) tail++;
  const edits: Edit[] = [];
  const common = Math.min(a.length, b.length) - head - tail;
  for (let i = head; i < head + common; i++) {
    const item = b[i]?.value as Value;
    const more = differences([...path, i], a[i]?.value as Value, item, most - edits.length);
    if (more) edits.push(...more);
    else edits.push((doc) => doc.swap([...path, i], item));
  }
  for (let i = a.length - tail - 1; i >= head + common; i--) edits.push((doc) => doc.remove([...path, i]));
  for (let i = head + common; i < b.length - tail; i++) edits.push((doc) => doc.add(path, i, '', b[i]?.value as Value));
  return edits;
}
