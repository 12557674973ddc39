import { snippet } from '@codemirror/autocomplete';
import type { EditorState } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';

/** A piece of script to insert. */
export interface Piece {
  /** A template of CodeMirror's snippets. */
  template: string;
  /** It is a function of its own: it goes to the end of the script, not to the cursor. */
  own: boolean;
}

/** Where a piece goes, with what must stand before it: it never shares a line with other text. */
export function placeOf(state: EditorState, own: boolean): { from: number; to: number; before: string } {
  const line = state.doc.lineAt(own ? state.doc.length : state.selection.main.head);
  if (line.text.trim() !== '') return { from: line.to, to: line.to, before: '\n' };
  const indent = own ? 0 : line.text.length;
  return { from: line.from + indent, to: line.to, before: '' };
}

/** Inserts a piece; Tab goes from field to field of it. */
export function insertPiece(view: EditorView, piece: Piece): void {
  const { from, to, before } = placeOf(view.state, piece.own);
  snippet(before + piece.template)(view, null, from, to);
  view.focus();
}
