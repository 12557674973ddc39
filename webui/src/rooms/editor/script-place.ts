import type { Path, PlanDocument } from '@/plan';

interface Place {
  line: number;
  col: number;
}

/** A place of the plan as the editor of the script at a path counts: from the first line of the script. */
export function placeInScript<P extends Place>(doc: PlanDocument, script: Path, place: P): P {
  const start = doc.blockStart(script);
  const from = start ?? doc.place(script);
  if (!from) return place;
  return { ...place, line: Math.max(1, place.line - from.line + 1), col: start ? Math.max(1, place.col - start.column + 1) : place.col };
}

/** The script that a path is in, or is. */
export function scriptAround(path: Path): Path | undefined {
  const at = path.indexOf('script');
  return at < 0 ? undefined : path.slice(0, at + 1);
}

/** Names the editor of a script, for what is kept of it. */
export function scriptKey(plan: string, script: Path): string {
  return `${plan}/${script.join('/')}`;
}
