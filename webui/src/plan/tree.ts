// The text of a plan as a tree of nodes with their places, built from what the YAML
// package parses. What a plan may not hold (anchors, tags, several documents) is a
// problem here as it is for the program that runs plans.

import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Document, type Node as YamlNode, type Pair, type Scalar } from 'yaml';
import type { SyntaxProblem } from './types';
import { Lines } from './lines';
import type { GroupNode, KidNode, Quoting, ScalarNode, TreeNode } from './nodes';
import { pieceSize, readPieces, type Pieces } from './pieces';
import { plainType } from './value';

export interface Tree {
  readonly root: TreeNode;
  readonly problems: SyntaxProblem[];
  readonly lines: Lines;
  /** What the next reading, of a text that differs a little, takes over. */
  readonly pieces: Pieces;
}

/** Deeper plans are refused by every reader of them. */
const maxDepth = 64;
const maxLength = 1 << 20;

const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]|\r(?!\n)/;
const nothingRead: Pieces = new Map();

/** Reads a text; what it has in common with one that was read before (known) is taken from there. */
export function parseTree(text: string, known: Pieces = nothingRead, size = pieceSize): Tree {
  // Marks of documents and of byte order are for the whole.
  if (text.length <= maxLength && !control.test(text) && !/^(%|---|\.\.\.|\ufeff)/m.test(text)) {
    const read = readPieces(text, known, readEntry, size);
    if (read) return { ...read, problems: [], lines: new Lines(text) };
  }
  return parseWhole(text, known);
}

/** Reads a text at once, by the YAML package alone. What parseTree gives is the same. */
export function parseWhole(text: string, pieces: Pieces = nothingRead): Tree {
  const lines = new Lines(text);
  const nothing: GroupNode = { kind: 'map', flow: false, start: text.length, end: text.length, kids: [] };
  if (text.length > maxLength) {
    return { root: nothing, lines, pieces, problems: [{ line: 1, column: 1, message: 'the plan is over the limit of 1 MiB' }] };
  }
  const builder = new Builder(text, lines);
  try {
    const documents = documentsIn(text);
    const bad = control.exec(text);
    if (bad) builder.fail(bad.index, 'a control character; write it as an escape in double quotes');
    const root = builder.root(documents) ?? nothing;
    if (root.kind !== 'map') builder.fail(root.start, 'a plan is a map: begin with "version: 1"');
    return { root, problems: builder.problems, lines, pieces };
  } catch (error) {
    // The parser is not ours; whatever it does with odd bytes, an editor must not end.
    const message = error instanceof Error ? error.message : String(error);
    return { root: nothing, lines, pieces, problems: [{ line: 1, column: 1, message }] };
  }
}

function documentsIn(text: string): Document.Parsed[] {
  const parsed = parseAllDocuments(text, { keepSourceTokens: true, schema: 'failsafe', prettyErrors: false, logLevel: 'silent' });
  return 'empty' in parsed ? [] : parsed;
}

/**
 * The one entry that a text holds, its value depth levels below the plan; undefined: it is
 * anything else. It is read with another entry behind it, which shows that it is complete.
 */
function readEntry(text: string, depth: number): KidNode | undefined {
  const [pad = '', dash] = /^ *(-)?/.exec(text) ?? [];
  const behind = dash ? `${pad} 0` : `${pad}_: 0`;
  const ended = text.endsWith('\n');
  try {
    const builder = new Builder(text, new Lines(text));
    const group = builder.root(documentsIn(ended ? text + behind : text), depth - 1);
    const kid = group && group.kind !== 'scalar' && !group.flow && group.kids.length === (ended ? 2 : 1) ? group.kids[0] : undefined;
    // Where a key of no characters is depends on what is above it.
    return group?.kind === 'map' && kid?.start === kid?.keyEnd ? undefined : kid;
  } catch {
    return undefined;
  }
}

class Builder {
  readonly problems: SyntaxProblem[] = [];

  constructor(
    private readonly text: string,
    private readonly lines: Lines,
  ) {}

  root(documents: Document.Parsed[], depth = 0): TreeNode | undefined {
    const full = documents.filter((doc) => doc.contents !== null);
    for (const doc of documents) {
      for (const error of doc.errors) this.fail(error.pos[0], error.message);
      if (doc.directives?.docStart && documents.length > 1 && doc !== documents[0]) this.fail(doc.range[0], 'a second document; a file holds one plan');
    }
    if (/^%/m.test(this.text) && documents.some((doc) => doc.directives?.yaml.explicit)) this.fail(0, 'directives are not read');
    if (this.problems.length > 0) return undefined;
    if (full.length > 1) this.fail(full[1]?.range[0] ?? 0, 'a second document; a file holds one plan');
    const contents = full[0]?.contents as YamlNode | undefined;
    if (!contents || (isScalar(contents) && contents.value === '' && contents.type === 'PLAIN')) return undefined;
    const root = this.node(contents, depth);
    return this.problems.length > 0 ? undefined : root;
  }

  fail(offset: number, message: string): void {
    if (this.problems.length < 100) this.problems.push({ ...this.lines.placeOf(offset), message });
  }

  private node(node: YamlNode, depth: number): TreeNode {
    const start = node.range?.[0] ?? 0;
    if (depth > maxDepth) this.fail(start, `nested deeper than ${maxDepth} levels`);
    if (isAlias(node) || ('anchor' in node && node.anchor)) this.fail(start, 'anchors and aliases are not read');
    else if (node.tag) this.fail(start, 'tags are not read');
    if (depth <= maxDepth && isMap(node)) return this.map(node, depth);
    if (depth <= maxDepth && isSeq(node)) return this.list(node, depth);
    return this.scalar(isScalar(node) ? (node as Scalar) : undefined, start);
  }

  private scalar(node: Scalar | undefined, at: number): ScalarNode {
    const text = typeof node?.value === 'string' ? node.value : '';
    const start = node?.range?.[0] ?? at;
    let end = node?.range?.[1] ?? at;
    const quoting = quotings[node?.type ?? 'PLAIN'] ?? 'plain';
    if (quoting === 'literal' || quoting === 'folded') end = this.blockEnd(start, end);
    return { kind: 'scalar', type: quoting === 'plain' ? plainType(text) : 'text', text, quoting, start, end };
  }

  /** Behind the last character of a block scalar, or its last empty line if it keeps these. */
  private blockEnd(start: number, end: number): number {
    const source = this.text.slice(start, end);
    if (/^[|>]\d?\+/.test(source)) return start + source.replace(/\r?\n$/, '').length;
    // Spaces at the end of the last line belong to it.
    const line = this.text.indexOf('\n', start + source.trimEnd().length);
    return line < 0 || line > end ? end : this.text[line - 1] === '\r' ? line - 1 : line;
  }

  private list(node: YamlNode & { items: unknown[]; flow?: boolean }, depth: number): GroupNode {
    const tokens = itemTokens(node);
    const flow = node.flow === true;
    const kids: KidNode[] = [];
    node.items.forEach((item, i) => {
      if (isPairLike(item)) {
        this.fail(node.range?.[0] ?? 0, 'a map in a list needs braces');
        return;
      }
      const value = this.node(item as YamlNode, depth + 1);
      const dash = flow ? undefined : tokens[i]?.start.find((t) => t.type === 'seq-item-ind');
      const start = dash?.offset ?? value.start;
      kids.push({ key: '', value, start, keyEnd: start, mark: dash ? dash.offset + 1 : -1 });
    });
    return this.group('list', node, flow, kids);
  }

  private map(node: YamlNode & { items: Pair[]; flow?: boolean }, depth: number): GroupNode {
    const kids: KidNode[] = [];
    for (const pair of node.items) {
      const kid = this.entry(pair, depth);
      if (kid) kids.push(kid);
    }
    return this.group('map', node, node.flow === true, kids);
  }

  private entry(pair: Pair, depth: number): KidNode | undefined {
    const token = (pair as { srcToken?: ItemToken }).srcToken;
    const key = pair.key;
    const explicit = token?.start.find((t) => t.type === 'explicit-key-ind');
    if (explicit) this.fail(explicit.offset, 'keys after a question mark are not read');
    if (!isScalar(key) || !key.range) {
      this.fail(token?.start[0]?.offset ?? 0, 'a key must be one word');
      return undefined;
    }
    if (key.anchor || key.value === '<<') this.fail(key.range[0], 'anchors, aliases and merge keys are not read');
    const colon = token?.sep?.find((t) => t.type === 'map-value-ind');
    const mark = colon ? colon.offset + 1 : -1;
    const at = mark >= 0 ? mark : key.range[1];
    const found = pair.value as YamlNode | null;
    let value = found ? this.node(found, depth + 1) : this.scalar(undefined, at);
    if (value.kind === 'scalar' && value.start === value.end) value = { ...value, start: at, end: at };
    return { key: String(key.value), value, start: key.range[0], keyEnd: key.range[1], mark };
  }

  private group(kind: 'map' | 'list', node: YamlNode, flow: boolean, kids: KidNode[]): GroupNode {
    const last = kids.at(-1);
    const start = flow ? (node.range?.[0] ?? 0) : (kids[0]?.start ?? node.range?.[0] ?? 0);
    const end = flow || !last ? (node.range?.[1] ?? start) : Math.max(last.value.end, last.mark);
    return { kind, flow, kids, start, end };
  }
}

const quotings: Record<string, Quoting> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

interface SourceToken {
  type: string;
  offset: number;
}

interface ItemToken {
  start: SourceToken[];
  sep?: SourceToken[];
}

function itemTokens(node: YamlNode): ItemToken[] {
  const token = node.srcToken as { items?: ItemToken[] } | undefined;
  return token?.items ?? [];
}

function isPairLike(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'key' in item && !('range' in item && item.range);
}
