import { historyField } from '@codemirror/commands';
import { EditorState, type Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';

// Texts with cursor and undo history of editors that are not shown, the oldest first.
// Kept as JSON, since the extensions of a state speak to a component that is gone.

interface Kept {
  state: unknown;
  scroll: number;
}

const fields = { history: historyField };
const MOST = 50;
const kept = new Map<string, Kept>();

/** Keeps the state of a view under a key; beyond 50 the oldest one goes. */
export function keepState(key: string, view: EditorView): void {
  kept.delete(key);
  kept.set(key, { state: view.state.toJSON(fields), scroll: view.scrollDOM.scrollTop });
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST) break;
    kept.delete(oldest);
  }
}

/** The state that was kept under a key, or a new one; its text may differ from value. */
export function stateFor(key: string | undefined, value: string, extensions: Extension): { state: EditorState; scroll: number } {
  const found = key === undefined ? undefined : kept.get(key);
  if (!found) return { state: EditorState.create({ doc: value, extensions }), scroll: 0 };
  return { state: EditorState.fromJSON(found.state, { extensions }, fields), scroll: found.scroll };
}
