import type { Marked } from '@/plan/variables';

/** A stretch of a text: as it is, or a placeholder. */
export interface Piece {
  text: string;
  from: number;
  token?: Marked;
}

/** The text cut at its placeholders, to be shown again behind its input. */
export function pieces(text: string, tokens: readonly Marked[]): Piece[] {
  const all: Piece[] = [];
  let at = 0;
  for (const token of tokens) {
    if (token.from > at) all.push({ text: text.slice(at, token.from), from: at });
    all.push({ text: text.slice(token.from, token.to), from: token.from, token });
    at = token.to;
  }
  if (at < text.length) all.push({ text: text.slice(at), from: at });
  return all;
}

/** The name that is being typed before the caret; undefined: none is. */
export function typedName(text: string, caret: number): { from: number; typed: string } | undefined {
  const open = text.lastIndexOf('{{', caret - 1);
  if (open < 0) return undefined;
  const typed = text.slice(open + 2, caret);
  return /^\s*[\p{L}\p{N}_.$-]*$/u.test(typed) ? { from: open + 2, typed: typed.trim() } : undefined;
}

/** The text with a name put where one is being typed, and where the caret is then. */
export function completed(text: string, caret: number, from: number, name: string): { text: string; caret: number } {
  const rest = text.slice(caret);
  const end = /^[\p{L}\p{N}_.$-]*\s*\}\}/u.exec(rest);
  const head = `${text.slice(0, from)}${name}}}`;
  return { text: head + (end ? rest.slice(end[0].length) : rest), caret: head.length };
}

/** The placeholder around the caret, if any. */
export function tokenAt(tokens: readonly Marked[], caret: number): Marked | undefined {
  return tokens.find((t) => t.from < caret && caret < t.to);
}
