// Reads the text of a plan in pieces: the entries of its blocks, down to some hundred
// characters each. A piece that was read before is not read again, so that an edit of a
// long plan costs what it changes and not what the plan holds. A piece counts only if it
// reads without fault on its own; whatever is in doubt, the text is read as a whole.

import type { GroupNode, KidNode, TreeNode } from './nodes';

/** Shorter ones are not cut further. In characters. */
export const pieceSize = 600;

/** An entry that was read, with the place in the text where its first line began then. */
interface Piece {
  readonly from: number;
  readonly depth: number;
  readonly kid: KidNode;
}

/** The pieces of one text, by their own text. */
export type Pieces = ReadonlyMap<string, Piece>;

/** Reads a text that is one entry of a block; undefined: it is anything else. */
type ReadEntry = (text: string, depth: number) => KidNode | undefined;

/** A text, or part of it, that is not what pieces can be made of. */
class Doubt extends Error {}

/** The map that a text holds; undefined where it must be read as a whole. */
export function readPieces(text: string, known: Pieces, read: ReadEntry, size: number): { root: GroupNode; pieces: Pieces } | undefined {
  const reader = new Reader(known, read, size);
  try {
    const root = reader.block(text, 0, 0);
    return root?.kind === 'map' ? { root, pieces: reader.pieces } : undefined;
  } catch (error) {
    if (error instanceof Doubt) return undefined;
    throw error;
  }
}

class Reader {
  readonly pieces = new Map<string, Piece>();

  constructor(
    private readonly known: Pieces,
    private readonly read: ReadEntry,
    private readonly size: number,
  ) {}

  /** The map or list whose lines a text is; at: its place in the whole. undefined: not to be cut. */
  block(text: string, at: number, depth: number): GroupNode | undefined {
    const cuts = cutsOf(text);
    if (!cuts) return undefined;
    const { kind, starts } = cuts;
    const kids = starts.map((from, i) => this.entry(text.slice(from, starts[i + 1] ?? text.length), kind, at + from, depth + 1));
    if (kind === 'map' && new Set(kids.map((kid) => kid.key)).size < kids.length) throw new Doubt();
    const [first, last] = [kids[0], kids.at(-1)];
    if (!first || !last) return undefined;
    return { kind, flow: false, kids, start: first.start, end: Math.max(last.value.end, last.mark) };
  }

  private entry(text: string, kind: 'map' | 'list', at: number, depth: number): KidNode {
    return (text.length > this.size ? this.long(text, kind, at, depth) : undefined) ?? this.short(text, at, depth);
  }

  /** An entry in pieces: its first line says only where it begins. */
  private long(text: string, kind: 'map' | 'list', at: number, depth: number): KidNode | undefined {
    const head = (kind === 'map' ? keyLine : dashLine).exec(text);
    if (!head) return undefined;
    const start = head[1]?.length ?? 0;
    if (kind === 'list') {
      // What follows the dash is the first line of the map in the item.
      const value = this.block(`${head[1]} ${text.slice(start + 1)}`, at, depth);
      return value && { key: '', value, start: at + start, keyEnd: at + start, mark: at + start + 1 };
    }
    const key = head[2] ?? '';
    const mark = start + key.length + 1;
    const value = this.block(text.slice(head[0].length), at + head[0].length, depth);
    return value && { key, value, start: at + start, keyEnd: at + mark - 1, mark: at + mark };
  }

  private short(text: string, at: number, depth: number): KidNode {
    const known = this.pieces.get(text) ?? this.known.get(text);
    if (known?.depth === depth) {
      const piece = known.from === at ? known : { from: at, depth, kid: shiftedKid(known.kid, at - known.from) };
      this.pieces.set(text, piece);
      return piece.kid;
    }
    const kid = this.read(text, depth);
    if (!kid) throw new Doubt();
    const placed = shiftedKid(kid, at);
    this.pieces.set(text, { from: at, depth, kid: placed });
    return placed;
  }
}

/** A key in a line of its own, perhaps with a comment. Only words that no reader of YAML takes for more. */
const keyLine = /^( *)([A-Za-z_][\w-]*):[ \t]*(?:[ \t]#[^\n]*)?\r?\n/;
const dashLine = /^( *)-(?= +[A-Za-z_][\w-]*:\s)/;

/** Where the entries of a block begin. Comments below an entry belong to it here. */
function cutsOf(text: string): { kind: 'map' | 'list'; starts: number[] } | undefined {
  const starts: number[] = [];
  let column = -1;
  let dashes = false;
  for (let line = 0; line < text.length; line = text.indexOf('\n', line) + 1 || text.length) {
    let at = line;
    while (text[at] === ' ') at++;
    const c = text[at] ?? '\n';
    if (c === '#' || c === '\n' || c === '\r' || (c === '\t' && column >= 0)) continue;
    if (c === '\t') return undefined;
    const dash = c === '-' && /^[ \t\r\n]?$/.test(text[at + 1] ?? '');
    if (column < 0) {
      column = at - line;
      dashes = dash;
      starts.push(line);
    } else if (at - line < column) {
      return undefined;
    } else if (at - line === column && dashes === dash && c !== '}' && c !== ']') {
      starts.push(line);
    } else if (at - line === column && dashes) {
      return undefined;
    }
  }
  return column < 0 ? undefined : { kind: dashes ? 'list' : 'map', starts };
}

function shiftedKid(kid: KidNode, by: number): KidNode {
  return {
    key: kid.key,
    value: shifted(kid.value, by),
    start: kid.start + by,
    keyEnd: kid.keyEnd + by,
    mark: kid.mark < 0 ? -1 : kid.mark + by,
  };
}

function shifted(node: TreeNode, by: number): TreeNode {
  if (by === 0) return node;
  const { start, end } = node;
  if (node.kind === 'scalar') return { ...node, start: start + by, end: end + by };
  return { ...node, start: start + by, end: end + by, kids: node.kids.map((kid) => shiftedKid(kid, by)) };
}
