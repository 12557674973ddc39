import { StateField, type EditorState, type Extension } from '@codemirror/state';
import { showTooltip, type Tooltip } from '@codemirror/view';
import type { Host } from '../host';
import { argumentOf, openCall } from './call';
import { describe } from './complete';

/** Longer scripts are not parsed with each key for this. */
const LONGEST = 64 * 1024;

/** A signature with the argument at hand in bold, and what the function does. */
function content(signature: string, argument: number, doc: string): HTMLElement {
  const box = document.createElement('div');
  box.className = 'cm-lua-hover';
  box.dataset.testid = 'lua-signature';
  const line = box.appendChild(document.createElement('div'));
  line.className = 'cm-lua-call';
  argumentOf(signature, argument).forEach((part, i) => {
    const piece = line.appendChild(document.createElement(i === 1 ? 'b' : 'span'));
    piece.textContent = part;
  });
  const text = box.appendChild(document.createElement('div'));
  text.className = 'cm-lua-doc';
  text.textContent = doc;
  return box;
}

function tooltip(state: EditorState, host: Host): Tooltip | null {
  const { main } = state.selection;
  if (!main.empty || state.doc.length > LONGEST || state.readOnly) return null;
  const text = state.doc.toString();
  const call = openCall(text.slice(0, main.head));
  const found = call && describe(text, call.from + call.name.length, host);
  if (!call || !found || !/[({]/.test(found.signature)) return null;
  // The keys of a table stand in any order.
  const argument = call.table ? -1 : call.argument;
  return { pos: call.from, above: true, strictSide: true, create: () => ({ dom: content(found.signature, argument, found.doc) }) };
}

/** While the arguments of a call are written its signature stands above it. */
export function signatures(host: Host): Extension {
  return StateField.define<Tooltip | null>({
    create: () => null,
    update(had, transaction) {
      if (!transaction.docChanged && !transaction.selection) return had;
      // Only who writes is helped; a click or a jump shows nothing new.
      if (!transaction.isUserEvent('input') && !transaction.isUserEvent('delete') && had === null) return had;
      return tooltip(transaction.state, host);
    },
    provide: (field) => showTooltip.from(field),
  });
}
