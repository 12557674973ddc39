// The splices that an edit makes in the text of a plan. They aim at the fewest bytes; who
// calls them reads the result and falls back to more when it does not say what it should.

import type { Path } from './types';
import { beginsLine, columnOf, extentOf, hasGap, lineEnd, lineStart, nextLine, restOfLine, valueEnd } from './extent';
import { isBlock, isLiteral, textLine, type Printer } from './print';
import type { GroupNode, KidNode, ScalarNode, TreeNode } from './nodes';
import { hasLines, type Value } from './value';

export interface Splice {
  from: number;
  to: number;
  text: string;
}

export function applied(text: string, splices: readonly Splice[]): string {
  const sorted = [...splices].sort((a, b) => b.from - a.from || b.to - a.to);
  let out = text;
  for (const s of sorted) out = out.slice(0, s.from) + s.text + out.slice(s.to);
  return out;
}

/** One node in its surroundings. */
export interface Spot {
  group: GroupNode;
  index: number;
  /** Within braces or brackets, its own group's or further out. */
  flow: boolean;
  root: boolean;
}

export class Splicer {
  constructor(
    readonly text: string,
    readonly printer: Printer,
  ) {}

  /** Another value in the place of one that is there. */
  replace(spot: Spot, value: Value): Splice[] {
    const kid = spot.group.kids[spot.index] as KidNode;
    const old = kid.value;
    if (old.start === old.end) return [this.fill(kid, spot, value)];
    if (spot.flow) {
      const quoting = old.kind === 'scalar' ? old.quoting : undefined;
      const text = value.kind === 'scalar' ? this.printer.scalar(value, true, quoting) : this.printer.flow(value);
      return [{ from: old.start, to: old.end, text }];
    }
    if (value.kind === 'scalar' && old.kind === 'scalar') return this.scalar(kid, old, value);
    return this.rewrite(kid, value);
  }

  /** A value where there was a key and nothing behind it. */
  private fill(kid: KidNode, spot: Spot, value: Value): Splice {
    const at = kid.mark >= 0 ? kid.mark : kid.keyEnd;
    const colon = kid.mark < 0 && spot.group.kind === 'map' ? ':' : '';
    if (spot.flow) return { from: at, to: at, text: `${colon} ${this.printer.flow(value)}` };
    const after = this.after(kid, value);
    if (after.startsWith(' ')) return { from: at, to: at, text: after };
    const end = restOfLine(this.text, at);
    return { from: end, to: end, text: after };
  }

  /** What follows the colon or dash of a block's entry. */
  private after(kid: KidNode, value: Value): string {
    const column = columnOf(this.text, kid.start);
    if (kid.mark === kid.start + 1) return this.printer.item(value, column).slice(1);
    return this.printer.afterKey(value, column, columnOf(this.text, kid.mark));
  }

  private scalar(kid: KidNode, old: ScalarNode, value: Value & { kind: 'scalar' }): Splice[] {
    const literal = old.quoting === 'literal' || old.quoting === 'folded';
    const { newline } = this.printer.style;
    const lines = value.type === 'text' && value.text.includes('\n');
    if (!literal) {
      const keep = old.quoting === 'double' && !isLiteral(value.text.replace(/\n$/, ''));
      const block = lines && !keep ? this.printer.literal(value.text, this.inner(kid), '') : undefined;
      if (block === undefined) return [{ from: old.start, to: old.end, text: this.printer.scalar(value, false, old.quoting) }];
      const end = restOfLine(this.text, old.end);
      const comment = this.text.slice(old.end, end);
      const [head = '', ...body] = block.split(newline);
      return [{ from: old.start, to: end, text: [head + comment, ...body].join(newline) }];
    }
    const head = this.text.slice(old.start, lineEnd(this.text, old.start));
    const comment = head.replace(/^[|>][-+0-9]*/, '').trimEnd();
    const body = value.text.replace(/\n$/, '');
    if (value.type === 'text' && (lines || old.quoting === 'literal') && isLiteral(body)) {
      const column = this.contentColumn(old) ?? this.inner(kid);
      const chomp = value.text.endsWith('\n') ? '' : '-';
      const text = `|${chomp}${comment}${newline}${this.printer.literalLines(body, column)}`;
      return [{ from: old.start, to: old.end, text }];
    }
    const text = value.type === 'text' ? textLine(value.text, false, undefined, this.printer.style.json) : this.printer.scalar(value, false);
    return [{ from: old.start, to: old.end, text: text + comment }];
  }

  private inner(kid: KidNode): number {
    return columnOf(this.text, kid.start) + this.printer.style.indent;
  }

  /** How far the content of a block scalar is indented. */
  private contentColumn(old: ScalarNode): number | undefined {
    for (let line = nextLine(this.text, old.start); line < old.end; line = nextLine(this.text, line)) {
      const content = this.text.slice(line, lineEnd(this.text, line));
      if (content.trim() !== '') return content.length - content.trimStart().length;
    }
    return undefined;
  }

  /** A whole value of a block's entry; what stands behind its key or dash stays. */
  private rewrite(kid: KidNode, value: Value): Splice[] {
    const old = kid.value;
    const after = this.after(kid, value);
    const below = lineStart(this.text, old.start) > kid.mark;
    if (below) {
      const end = restOfLine(this.text, kid.mark);
      if (after.startsWith(' ')) {
        return [
          { from: kid.mark, to: kid.mark, text: after },
          { from: end, to: old.end, text: '' },
        ];
      }
      return [{ from: end, to: old.end, text: after }];
    }
    if (after.startsWith(' ') && !hasLines(value)) return [{ from: old.start, to: old.end, text: after.trimStart() }];
    if (after.startsWith(' ')) return [{ from: kid.mark, to: old.end, text: after }];
    const end = restOfLine(this.text, old.end);
    return [
      { from: kid.mark, to: old.end, text: '' },
      { from: end, to: end, text: after },
    ];
  }

  /** A new entry in front of position at. */
  insert(group: GroupNode, at: number, key: string, value: Value, flow: boolean, root: boolean): Splice[] {
    if (group.flow) return [this.insertFlow(group, at, key, value)];
    if (flow) return [];
    const first = group.kids[0] as KidNode;
    const column = columnOf(this.text, first.start);
    const text = group.kind === 'map' ? this.printer.entry(key, value, column) : this.printer.item(value, column);
    return [this.insertBlock(group, at, text, root)];
  }

  insertBlock(group: GroupNode, at: number, text: string, root: boolean): Splice {
    const { newline } = this.printer.style;
    const first = group.kids[0] as KidNode;
    const pad = ' '.repeat(columnOf(this.text, first.start));
    const gap = this.separated(group, root) && (text.includes('\n') || group.kind === 'list') ? newline : '';
    if (at < group.kids.length && at === 0) {
      const { from } = extentOf(this.text, group, 0, root);
      return { from, to: from, text: text + newline + gap + pad };
    }
    const { to } = extentOf(this.text, group, at - 1, root);
    return { from: to, to, text: newline + gap + pad + text };
  }

  /** Whether empty lines stand between the entries of a block. */
  private separated(group: GroupNode, root: boolean): boolean {
    let gaps = 0;
    for (let i = 1; i < group.kids.length; i++) {
      const before = extentOf(this.text, group, i - 1, root).to;
      if (hasGap(this.text, before, extentOf(this.text, group, i, root).from)) gaps++;
    }
    return gaps * 2 >= group.kids.length && gaps > 0;
  }

  private insertFlow(group: GroupNode, at: number, key: string, value: Value): Splice {
    const text = (group.kind === 'map' ? `${this.printer.key(key)}: ` : '') + this.printer.flow(value);
    const before = group.kids[at - 1];
    const behind = group.kids[at];
    if (!before && !behind) return { from: group.start, to: group.end, text: group.kind === 'map' ? `{${text}}` : `[${text}]` };
    const some = (before ?? behind) as KidNode;
    const own = beginsLine(this.text, some.start) && this.text.slice(group.start, group.end).includes('\n');
    const separator = own ? `,${this.printer.style.newline}${' '.repeat(columnOf(this.text, some.start))}` : ', ';
    if (before) {
      const end = valueEnd(before);
      return { from: end, to: end, text: separator + text };
    }
    return { from: some.start, to: some.start, text: text + separator };
  }

  /** Takes an entry out of a group that keeps others. A key's comments above it stay. */
  remove(group: GroupNode, index: number, root: boolean): Splice[] {
    const kid = group.kids[index] as KidNode;
    if (group.flow) {
      const next = group.kids[index + 1];
      const before = group.kids[index - 1];
      if (next) return [{ from: kid.start, to: next.start, text: '' }];
      return [{ from: before ? valueEnd(before) : kid.start, to: valueEnd(kid), text: '' }];
    }
    const extent = extentOf(this.text, group, index, root);
    const from = group.kind === 'list' ? extent.from : kid.start;
    const next = group.kids[index + 1];
    if (!beginsLine(this.text, from) && next) {
      const upTo = extentOf(this.text, group, index + 1, root).from;
      return [{ from, to: upTo, text: '' }];
    }
    return [this.removeLines(from, extent.to)];
  }

  private removeLines(from: number, to: number): Splice {
    let start = lineStart(this.text, from);
    let end = nextLine(this.text, to);
    const rest = this.text.slice(end, lineEnd(this.text, end));
    // The empty line that set it apart goes with it.
    if (rest.trim() === '') {
      while (start > 0) {
        const above = lineStart(this.text, start - 1);
        if (this.text.slice(above, start).trim() !== '') break;
        start = above;
      }
    }
    if (end === this.text.length && !this.text.endsWith('\n') && start > 0) {
      start = lineEnd(this.text, start - 1);
      end = this.text.length;
    }
    return { from: start, to: end, text: '' };
  }

  move(group: GroupNode, from: number, to: number, root: boolean): Splice[] {
    const slots = group.kids.map((kid, i) => (group.flow ? { from: kid.start, to: valueEnd(kid) } : extentOf(this.text, group, i, root)));
    const order = slots.map((_, i) => i);
    order.splice(to, 0, ...order.splice(from, 1));
    return slots.flatMap((slot, i) => {
      const source = slots[order[i] ?? i] ?? slot;
      return source === slot ? [] : [{ ...slot, text: this.text.slice(source.from, source.to) }];
    });
  }

  duplicate(group: GroupNode, index: number, root: boolean): Splice[] {
    const kid = group.kids[index] as KidNode;
    if (!group.flow) {
      const extent = extentOf(this.text, group, index, root);
      return [this.insertBlock(group, index + 1, this.text.slice(extent.from, extent.to), root)];
    }
    const end = valueEnd(kid);
    const own = beginsLine(this.text, kid.start);
    const separator = own ? `,${this.printer.style.newline}${' '.repeat(columnOf(this.text, kid.start))}` : ', ';
    return [{ from: end, to: end, text: separator + this.text.slice(kid.start, end) }];
  }

  rename(group: GroupNode, index: number, key: string): Splice[] {
    const kid = group.kids[index] as KidNode;
    const quote = this.text[kid.start];
    const flow = group.flow || this.printer.style.json;
    const plain = this.printer.key(key, flow);
    const text = quote === '"' && plain === key ? `"${key}"` : quote === "'" && plain === key ? `'${key}'` : plain;
    return [{ from: kid.start, to: kid.keyEnd, text }];
  }

  /**
   * The groups in braces on the way down path as blocks, one entry to a line, so that a
   * text of several lines or a step has room. undefined: there are comments within, or
   * nothing to open.
   */
  opened(root: TreeNode, path: Path): Splice[] | undefined {
    let node: TreeNode = root;
    let kid: KidNode | undefined;
    for (let i = 0; i <= path.length; i++) {
      if (node.kind === 'scalar') return undefined;
      if (node.flow) return kid && this.open(kid, node, path.slice(i));
      const key = path[i];
      kid = node.kids.find((k, n) => (node.kind === 'map' ? k.key === String(key) : n === key));
      if (!kid) return undefined;
      node = kid.value;
    }
    return undefined;
  }

  private open(kid: KidNode, node: GroupNode, rest: Path): Splice[] | undefined {
    const source = this.text.slice(node.start, node.end);
    if (source.includes('\n') || source.includes(' #') || node.kids.length === 0) return undefined;
    const { indent, listIndented, newline } = this.printer.style;
    const own = columnOf(this.text, kid.start);
    if (kid.mark === kid.start + 1) {
      if (node.kind === 'list') return undefined;
      return [{ from: node.start, to: node.end, text: this.openLines(node, rest, own + 2) }];
    }
    const column = node.kind === 'list' && !listIndented ? own : own + indent;
    const end = restOfLine(this.text, node.end);
    return [
      { from: kid.mark, to: node.end, text: '' },
      { from: end, to: end, text: newline + ' '.repeat(column) + this.openLines(node, rest, column) },
    ];
  }

  private openLines(node: GroupNode, rest: Path, column: number): string {
    const { indent, listIndented, newline } = this.printer.style;
    const [key, ...deeper] = rest;
    const lines = node.kids.map((kid, i) => {
      const value = kid.value;
      const source = this.text.slice(value.start, value.end);
      const open = (node.kind === 'map' ? kid.key === String(key) : i === key) && value.kind !== 'scalar' && value.kids.length > 0;
      if (node.kind === 'list') return `- ${open && value.kind === 'map' ? this.openLines(value, deeper, column + 2) : source}`;
      const name = this.text.slice(kid.start, kid.keyEnd);
      if (!open) return `${name}:${source === '' ? '' : ' '}${source}`;
      const inner = value.kind === 'list' && !listIndented ? column : column + indent;
      return `${name}:${newline}${' '.repeat(inner)}${this.openLines(value, deeper, inner)}`;
    });
    return lines.join(newline + ' '.repeat(column));
  }
}

/** Whether the node at the end of path, or one above it, stands in braces or brackets. */
export function inFlow(root: TreeNode, path: Path): boolean {
  let node: TreeNode | undefined = root;
  for (const key of path) {
    if (!node || node.kind === 'scalar') return false;
    if (!isBlock(node)) return true;
    node = node.kids.find((kid, i) => (node?.kind === 'map' ? kid.key === String(key) : i === key))?.value;
  }
  return node !== undefined && node.kind !== 'scalar' && node.flow;
}
