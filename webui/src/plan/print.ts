// How values are written into the text of a plan: in the way of the rest of the file, and
// so that every reader of YAML, the program's own included, reads the same back.

import type { GroupNode, Quoting, TreeNode } from './nodes';
import type { Tree } from './tree';
import { hasLines, heightOf, type Value } from './value';

/** How a file is written. */
export interface Style {
  /** Spaces of one level. */
  indent: number;
  /** Whether the dashes of a list stand further in than its key. */
  listIndented: boolean;
  /** Whether short maps and lists stand in one line. */
  inline: boolean;
  newline: string;
  /** The file is JSON: every text in double quotes, everything in braces. */
  json: boolean;
}

const width = 100;
const inlineHeight = 2;

/** Looks at how a file is written. */
export function styleOf(text: string, tree: Tree): Style {
  const style: Style = { indent: 2, listIndented: true, inline: true, newline: text.includes('\r\n') ? '\r\n' : '\n', json: false };
  style.json = tree.root.kind === 'map' && tree.root.flow && tree.root.end > tree.root.start;
  let inlined = 0;
  let blocks = 0;
  let indent = 0;
  let dashes: boolean | undefined;
  const column = (at: number) => at - (text.lastIndexOf('\n', at - 1) + 1);
  const look = (node: TreeNode): void => {
    if (node.kind === 'scalar' || node.kids.length === 0) return;
    if (node.flow) {
      inlined++;
      return;
    }
    for (const kid of node.kids) {
      const value = kid.value;
      if (value.kind === 'scalar' || value.kids.length === 0) continue;
      if (!value.flow) {
        blocks++;
        const step = column(value.start) - column(kid.start);
        if (value.kind === 'map' && node.kind === 'map' && indent === 0 && step > 0) indent = step;
        if (value.kind === 'list' && node.kind === 'map' && dashes === undefined) dashes = step > 0;
        if (value.kind === 'list' && indent === 0 && step > 0) indent = step;
      }
      look(value);
    }
  };
  look(tree.root);
  if (indent > 0 && indent <= 16) style.indent = indent;
  style.listIndented = dashes ?? true;
  style.inline = inlined > 0 || blocks < 6;
  return style;
}

const control = /[\u0000-\u001f\u007f-\u00a0\u2028\u2029\ufeff\ud800-\udfff\ufff0-\uffff]|\p{C}|\p{Zs}(?<! )/u;
const reserved = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null', 'nan', 'inf', 'infinity']);
const word = /^[\p{L}_$/(][\p{L}\p{N}_$/().*[\]@+%^;=~?&!-]*(:[\p{L}\p{N}_$/().*@+%^;=~?&!-]+)*,?( [\p{L}\p{N}_$/().<>@+%^;=~-]+,?)*$/u;
const measure = /^([0-9]+(\.[0-9]+)?(h|ms|m|s|us|ns))+(\.\.([0-9]+(\.[0-9]+)?(h|ms|m|s|us|ns))+)?$|^[0-9]+[KMG]iB$|^[1-5]xx$/;

/** Whether a text is the same text without quotes, for every reader of YAML. */
function isPlain(text: string, flow: boolean): boolean {
  if (text.length > 200 || reserved.has(text.toLowerCase()) || text.includes('<<')) return false;
  if (flow && /[[\]{},]/.test(text)) return false;
  return word.test(text) || measure.test(text);
}

function doubleQuoted(text: string): string {
  let out = '"';
  for (const c of text) {
    if (c === '"' || c === '\\') out += `\\${c}`;
    else if (c === '\n') out += '\\n';
    else if (c === '\t') out += '\\t';
    else if (control.test(c)) {
      const code = c.codePointAt(0) ?? 0;
      out += code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
    } else out += c;
  }
  return `${out}"`;
}

/** A text in one line, in the quotes it had where they can hold it. */
export function textLine(text: string, flow: boolean, before: Quoting | undefined, json: boolean): string {
  if (json) return JSON.stringify(text);
  const single = !control.test(text);
  if (before === 'single' && single) return `'${text.replaceAll("'", "''")}'`;
  if (before === 'double') return doubleQuoted(text);
  if (isPlain(text, flow)) return text;
  if (single && /["\\]/.test(text) && !text.includes("'")) return `'${text}'`;
  return doubleQuoted(text);
}

export class Printer {
  constructor(readonly style: Style) {}

  key(key: string, flow = true): string {
    if (this.style.json) return JSON.stringify(key);
    return key.includes(':') || key.length > 100 ? doubleQuoted(key) : textLine(key, flow, undefined, false);
  }

  /** A value in one line. */
  flow(value: Value): string {
    if (value.kind === 'scalar') return this.scalar(value, true);
    const parts = value.kids.map((kid) => (value.kind === 'map' ? `${this.key(kid.key)}: ` : '') + this.flow(kid.value));
    return value.kind === 'map' ? `{${parts.join(', ')}}` : `[${parts.join(', ')}]`;
  }

  scalar(value: Value & { kind: 'scalar' }, flow: boolean, before?: Quoting): string {
    if (value.type === 'null') return 'null';
    return value.type === 'text' ? textLine(value.text, flow, before, this.style.json) : value.text;
  }

  /** Whether a value goes into one line that is already filled up to at. */
  fits(value: Value, at: number, most: number): boolean {
    if (value.kind === 'scalar') return !hasLines(value);
    if (value.kids.length === 0) return true;
    if (!this.style.inline || hasLines(value) || heightOf(value) > most) return false;
    if (value.kind === 'list' && value.kids.length > 1 && heightOf(value) > 1) return false;
    return at + this.flow(value).length <= width;
  }

  /**
   * What follows the colon of a key in column: a space and the value, or its lines. The
   * line is not ended.
   */
  afterKey(value: Value, column: number, at: number): string {
    const { indent, listIndented, newline } = this.style;
    if (value.kind === 'scalar') return ` ${this.line(value, column)}`;
    if (this.fits(value, at + 1, column === 0 ? 1 : inlineHeight)) return ` ${this.flow(value)}`;
    const inner = value.kind === 'map' || listIndented ? column + indent : column;
    return newline + ' '.repeat(inner) + this.block(value, inner);
  }

  /** A map or list as a block; the cursor is in its column already. */
  block(value: Value, column: number): string {
    if (value.kind === 'scalar') return this.line(value, column);
    const between = this.style.newline + ' '.repeat(column);
    if (value.kids.length === 0) return this.flow(value);
    return value.kids.map((kid) => (value.kind === 'map' ? this.entry(kid.key, kid.value, column) : this.item(kid.value, column))).join(between);
  }

  entry(key: string, value: Value, column: number): string {
    const name = this.key(key, false);
    return `${name}:${this.afterKey(value, column, column + name.length + 1)}`;
  }

  item(value: Value, column: number): string {
    const flat = value.kind === 'list' || (value.kind === 'map' && (value.kids.length === 0 || this.fits(value, column + 2, inlineHeight)));
    if (value.kind === 'scalar') return `- ${this.line(value, column)}`;
    return `- ${flat ? this.flow(value) : this.block(value, column + 2)}`;
  }

  /** A scalar that has the rest of its line, and the lines below if it needs them. */
  private line(value: Value & { kind: 'scalar' }, column: number): string {
    if (value.type !== 'text') return this.scalar(value, false);
    return this.literal(value.text, column + this.style.indent) ?? textLine(value.text, false, undefined, this.style.json);
  }

  /** A text of several lines as a literal block, if it can be one. */
  literal(text: string, column: number, comment = ''): string | undefined {
    const body = text.endsWith('\n') ? text.slice(0, -1) : text;
    if (!text.includes('\n') || !isLiteral(body)) return undefined;
    return `|${text.endsWith('\n') ? '' : '-'}${comment}${this.style.newline}${this.literalLines(body, column)}`;
  }

  literalLines(body: string, column: number): string {
    const pad = ' '.repeat(column);
    return body.split('\n').map((line) => (line === '' ? '' : pad + line)).join(this.style.newline);
  }
}

/** Whether the lines can stand in a literal block without doubt about their indentation. */
export function isLiteral(body: string): boolean {
  const lines = body.split('\n');
  if (lines.at(-1) === '' || body === '') return false;
  return lines.every((line, i) => {
    const blank = line.trim() === '';
    if ((blank && line !== '') || line.startsWith('\t') || line.endsWith(' ')) return false;
    if (i === 0 && (blank || line.startsWith(' '))) return false;
    return !control.test(line.replaceAll('\t', ''));
  });
}

export function isBlock(node: TreeNode): node is GroupNode {
  return node.kind !== 'scalar' && !node.flow;
}
