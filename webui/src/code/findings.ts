import type { Problem } from '@/api/types';

/** The part of a problem that has to do with the text at hand. */
export type Spot = Pick<Problem, 'line' | 'col' | 'message' | 'hint' | 'warning'>;

export type Source = 'browser' | 'server';

/** A problem of the text in the editor, at its place in it. */
export interface Finding {
  from: number;
  to: number;
  line: number;
  column: number;
  level: 'error' | 'warning';
  message: string;
  hint: string;
  /** Who found it; two where both did. */
  sources: Source[];
}

/** Lines of a text, enough of CodeMirror's Text to find a place. */
export interface Lines {
  readonly lines: number;
  line(n: number): { from: number; to: number; text: string };
}

const WORD = /[\w$]/;

/** How many units of the text stand before a column, which counts characters from 1. */
function unitsBefore(text: string, col: number): number {
  let units = 0;
  for (const character of text) {
    if (--col < 1) break;
    units += character.length;
  }
  return units + Math.max(0, col - 1);
}

/** A problem of the server, or of the parser here, at its place in the text as it is now. */
export function locate(doc: Lines, problem: Spot, source: Source): Finding {
  const number = Math.min(Math.max(1, Math.floor(problem.line) || 1), doc.lines);
  const line = doc.line(number);
  const column = problem.line > doc.lines ? line.text.length + 1 : Math.min(Math.max(1, unitsBefore(line.text, problem.col) + 1), line.text.length + 1);
  let start = column - 1;
  let end = start;
  while (end < line.text.length && WORD.test(line.text[end] ?? '')) end++;
  if (end === start) end = Math.min(start + 1, line.text.length);
  // At the end of a line there is nothing to underline but what stands before it.
  if (end === start && start > 0) start--;
  return {
    from: line.from + start, to: line.from + end, line: number, column,
    level: problem.warning ? 'warning' : 'error',
    message: problem.message, hint: problem.hint, sources: [source],
  };
}

/**
 * One list of what browser and server have found. Where both have an error in the same line
 * they mean the same, and the server's words stay: it is its compiler that decides.
 */
export function mergeFindings(browser: readonly Finding[], server: readonly Finding[]): Finding[] {
  const merged: Finding[] = [];
  const seen = new Set<string>();
  for (const finding of server) {
    const key = `${finding.line}:${finding.column}:${finding.message}`;
    if (seen.has(key)) continue;
    seen.add(key);
    merged.push({ ...finding });
  }
  for (const finding of browser) {
    const same = merged.find((other) => other.level === 'error' && other.line === finding.line && other.sources.includes('server'));
    if (same) same.sources = ['server', 'browser'];
    else merged.push({ ...finding });
  }
  return merged.sort((a, b) => a.from - b.from || a.to - b.to);
}
