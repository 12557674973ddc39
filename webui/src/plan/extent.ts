// Which lines of the text belong to an entry: its comments above, behind and within.

import type { GroupNode, KidNode } from './nodes';

export interface Extent {
  /** Behind the indentation of its first line, which may be a comment. */
  from: number;
  /** The end of its last line, without the line break. */
  to: number;
}

export function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** Where the line of a place ends, in front of its line break. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  if (end < 0) return text.length;
  return end > at && text[end - 1] === '\r' ? end - 1 : end;
}

/** Behind the line break of the line of a place. */
export function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

/** Whether nothing but spaces stands before a place in its line. */
export function beginsLine(text: string, at: number): boolean {
  return text.slice(lineStart(text, at), at).trim() === '';
}

/** Behind a value and the comment that follows it in its line. */
export function restOfLine(text: string, end: number): number {
  const rest = text.slice(end, lineEnd(text, end));
  return /^\s*(#.*)?$/.test(rest) ? end + rest.length : end;
}

/** The lines of an entry of a block. */
export function extentOf(text: string, group: GroupNode, index: number, root: boolean): Extent {
  const kid = group.kids[index] as KidNode;
  const before = group.kids[index - 1];
  const column = columnOf(text, kid.start);
  let from = kid.start;
  // What stands above the first entry of a file is about the file.
  if (beginsLine(text, kid.start) && !(root && index === 0)) {
    const bound = before ? valueEnd(before) : 0;
    let line = lineStart(text, from);
    while (line > 0) {
      line = lineStart(text, line - 1);
      const content = text.slice(line, lineEnd(text, line));
      const comment = line > bound && content.trimStart().startsWith('#') && content.length - content.trimStart().length === column;
      if (!comment) break;
      from = line + column;
    }
  }
  return { from, to: ownEnd(text, valueEnd(kid), column) };
}

export function valueEnd(kid: KidNode): number {
  return Math.max(kid.value.end, kid.mark, kid.keyEnd);
}

/** Comments below that stand further in than an entry are part of it. */
function ownEnd(text: string, end: number, column: number): number {
  let to = restOfLine(text, end);
  let line = nextLine(text, to);
  while (line < text.length) {
    const content = text.slice(line, lineEnd(text, line));
    const trimmed = content.trimStart();
    if (trimmed !== '') {
      if (!trimmed.startsWith('#') || content.length - trimmed.length <= column) break;
      to = line + content.length;
    }
    line = nextLine(text, line);
  }
  return to;
}

/** Whether an empty line stands between two places. */
export function hasGap(text: string, from: number, to: number): boolean {
  return /\n[ \t\r]*\n/.test(text.slice(from, to));
}
