import { masterCalls, type PlanCalls } from './calls';
import { browserDrafts } from './drafts';
import { PlanEditor } from './plan-editor';

/** So many plans keep their undo history; with more, those without unsaved text go. */
const MAX_EDITORS = 12;

/** Editors outlive their page, so that going to another room loses nothing. */
const editors = new Map<string, PlanEditor>();

/** The editor of a plan, or of another text that has calls of its own and a name that no plan can have. */
export function editorOf(plan: string, calls: PlanCalls = masterCalls): PlanEditor {
  const known = editors.get(plan);
  if (known) return known;
  const made = new PlanEditor(plan, calls, browserDrafts);
  for (const [name, editor] of editors) {
    if (editors.size < MAX_EDITORS) break;
    if (!editor.snapshot().dirty) editors.delete(name);
  }
  editors.set(plan, made);
  return made;
}

/** Asks before the page is left while anything is unsaved. */
function onBeforeUnload(event: BeforeUnloadEvent): void {
  if ([...editors.values()].some((e) => e.snapshot().dirty)) event.preventDefault();
}

/** The browser asks only while somebody listens; listening costs nothing while all is saved. */
export function guardUnload(): () => void {
  addEventListener('beforeunload', onBeforeUnload);
  return () => {
    if (![...editors.values()].some((e) => e.snapshot().dirty)) removeEventListener('beforeunload', onBeforeUnload);
  };
}
