import type { Problem } from '@/api/types';
import type { Path, PlanDocument } from '@/plan';

/** A problem, and which value of the plan it is about. */
export interface PlacedProblem extends Problem {
  at: Path;
}

/** Reads "transactions[0].steps[2].request.url", as the master names places. */
function parsePath(text: string): Path {
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map((m) => (m[1] === undefined ? (m[2] ?? '') : Number(m[1])));
}

/** Finds the value that each problem is about: by its path, or else by its place. */
export function placed(doc: PlanDocument, problems: readonly Problem[]): PlacedProblem[] {
  return problems.map((p) => {
    const path = parsePath(p.path);
    if (path.length === 1 || (path.length > 1 && doc.get(path) !== undefined)) return { ...p, at: path };
    return { ...p, at: p.line > 0 ? doc.pathAt({ line: p.line, column: Math.max(1, p.col) }) : [] };
  });
}

/** The problems of the text itself where it is no YAML, in the shape of the master's. */
export function syntaxProblems(doc: PlanDocument): PlacedProblem[] {
  return doc.problems.map((p) => ({
    file: '', line: p.line, col: p.column, path: '', message: p.message, hint: '', source: '', warning: false, at: [],
  }));
}

export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((part, i) => path[i] === part);
}

/** Problems of a value and of all in it. */
export function within(problems: readonly PlacedProblem[], path: Path): PlacedProblem[] {
  return problems.filter((p) => startsWith(p.at, path));
}

/** What to say of a field: problems at it or below. */
export function message(problems: readonly PlacedProblem[], path: Path): string | undefined {
  const found = within(problems, path);
  if (found.length === 0) return undefined;
  return found.map((p) => (p.hint ? `${p.message} (${p.hint})` : p.message)).join('\n');
}

export function worst(problems: readonly PlacedProblem[]): 'error' | 'warning' | undefined {
  if (problems.length === 0) return undefined;
  return problems.some((p) => !p.warning) ? 'error' : 'warning';
}
