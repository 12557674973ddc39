import type { Path, PlanDocument } from '@/plan';
import { LIFECYCLE } from './outline';
import type { Where } from './location';
import { SECTION_OF } from './sections';
import type { PlacedProblem } from './state/problems';

/** Which tab of a step or a transaction shows a key of it. */
const TAB_OF: Record<string, string> = {
  query: 'params', headers: 'headers', auth: 'auth', json: 'body', form: 'body', multipart: 'body', text: 'body', type: 'body', file: 'body',
  extract: 'extract', check: 'checks', script: 'script', think: 'settings', on_failure: 'settings', set: 'settings', timeout: 'settings',
  follow_redirects: 'settings', max_response_body: 'settings', proxy: 'settings', tls: 'settings', pace: 'settings',
};

function tabOf(key: string | number | undefined): string {
  return TAB_OF[String(key)] ?? '';
}

/** Where the form shows a value: the innermost step around it, and the tab of that. */
export function placeOfPath(path: Path): Partial<Where> {
  const [top] = path;
  const steps = top === 'transactions' || top === 'blocks' || LIFECYCLE.some((l) => l === top);
  if (!steps) return { section: SECTION_OF[String(top)] ?? 'general' };
  let end = top === 'transactions' || top === 'blocks' ? 2 : 1;
  let i = top === 'transactions' ? 2 : end;
  while (i < path.length) {
    const nested = path[i] === 'steps' || path[i] === 'else';
    const at = nested ? i + 1 : i;
    if (typeof path[at] !== 'number' || (!nested && i !== end)) break;
    end = i = at + 1;
  }
  const key = path[end] === 'request' ? path[end + 1] : path[end];
  return { path: path.slice(0, end), tab: tabOf(key) };
}

/** Where a problem is shown: in its form, or in the text where there is none. */
export function placeOfProblem(doc: PlanDocument, problem: PlacedProblem): Partial<Where> {
  if (doc.problems.length > 0) return { view: 'yaml' };
  return placeOfPath(problem.at);
}
