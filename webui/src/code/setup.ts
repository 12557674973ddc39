import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { lintGutter, lintKeymap, nextDiagnostic, previousDiagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, Prec, type Extension } from '@codemirror/state';
import {
  crosshairCursor, drawSelection, dropCursor, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap,
  lineNumbers, rectangularSelection,
} from '@codemirror/view';
import type { Host } from './host';
import type { CodeLanguage } from './props';

/** What can change while an editor is shown. */
export const themeSlot = new Compartment();
export const readOnlySlot = new Compartment();
export const attributesSlot = new Compartment();
export const phrasesSlot = new Compartment();

function ownKeys(host: Host): Extension {
  return Prec.highest(
    keymap.of([
      { key: 'Mod-Enter', run: () => (host.onSend?.(), host.onSend !== undefined) },
      { key: 'Mod-s', run: () => (host.onSave?.(), host.onSave !== undefined) },
      { key: 'F8', run: nextDiagnostic, shift: previousDiagnostic },
      { key: 'Tab', run: (view) => completionStatus(view.state) === 'active' && acceptCompletion(view) },
    ]),
  );
}

// Ctrl+Enter is never a new line: the page sends with it, also where an editor has no onSend.
const keys = defaultKeymap.filter((binding) => binding.key !== 'Mod-Enter');

/** What every editor has. */
export const basics: Extension = [
  lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), history(), codeFolding(), foldGutter(), drawSelection(), dropCursor(),
  EditorState.allowMultipleSelections.of(true), indentOnInput(), bracketMatching(), closeBrackets(), rectangularSelection(), crosshairCursor(),
  highlightActiveLine(), highlightSelectionMatches(), EditorState.tabSize.of(2),
  // Escape and then Tab leaves the editor.
  keymap.of([...closeBracketsKeymap, ...keys, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
];

function watch(host: Host): Extension {
  return EditorView.updateListener.of((update) => {
    if (update.docChanged && !update.transactions.some((t) => t.isUserEvent('outside'))) host.onChange?.(update.state.doc.toString());
    if (update.selectionSet || update.docChanged) {
      const at = update.state.selection.main.head;
      const line = update.state.doc.lineAt(at);
      host.onCursor?.(line.number, at - line.from + 1);
    }
  });
}

export interface Slots {
  theme: Extension;
  readOnly: Extension;
  attributes: Extension;
  phrases: Extension;
}

/** The language of an editor, and what it can do with that. */
export type Tools = (host: Host) => Extension;

/** All extensions of an editor for a language. */
export function extensionsOf(language: CodeLanguage, host: Host, slots: Slots, tools: Tools): Extension {
  return [
    ownKeys(host),
    phrasesSlot.of(slots.phrases), themeSlot.of(slots.theme), readOnlySlot.of(slots.readOnly), attributesSlot.of(slots.attributes),
    basics, autocompletion({ icons: true, closeOnBlur: true, maxRenderedOptions: 80 }), language === 'lua' || language === 'json' ? lintGutter() : [],
    tools(host), watch(host),
  ];
}
