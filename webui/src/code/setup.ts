import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { lintGutter, lintKeymap, nextDiagnostic, previousDiagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, Prec, type Extension, type Text } from '@codemirror/state';
import {
  crosshairCursor, drawSelection, dropCursor, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap,
  lineNumbers, rectangularSelection,
} from '@codemirror/view';
import { diagnostics } from './diagnostics';
import type { Spot } from './findings';
import type { Host } from './host';
import { formatJSON, jsonFault } from './json-text';
import { lua } from './lua/language';
import { minimalChange } from './minimal-change';
import type { CodeLanguage } from './props';
import { templateCompletion, templates } from './templates';

/** What can change while an editor is shown. */
export const themeSlot = new Compartment();
export const readOnlySlot = new Compartment();
export const attributesSlot = new Compartment();
export const phrasesSlot = new Compartment();

function jsonProblems(doc: Text, host: Host): Spot[] {
  const fault = jsonFault(doc.toString());
  if (!fault) return [];
  const line = doc.lineAt(Math.min(fault.at, doc.length));
  return [{ line: line.number, col: fault.at - line.from + 1, message: host.text.json(fault.fault), hint: '', warning: false }];
}

/** Formats the whole text as JSON; a text that is none stays. */
function format(view: EditorView): boolean {
  const text = view.state.doc.toString();
  const formatted = formatJSON(text);
  if (typeof formatted !== 'string' || view.state.readOnly) return true;
  const change = minimalChange(text, formatted);
  if (change) view.dispatch({ changes: change, userEvent: 'input.format' });
  return true;
}

function withTemplates(host: Host): Extension {
  // One source for all time: CodeMirror knows a completion under way by its source.
  const data = [{ autocomplete: templateCompletion(host) }];
  return [templates(host), EditorState.languageData.of(() => data)];
}

function languageExtension(language: CodeLanguage, host: Host): Extension {
  switch (language) {
    case 'lua':
      return [lua, diagnostics(host, () => [])];
    case 'yaml':
      return [yaml(), withTemplates(host), diagnostics(host, () => [])];
    case 'json':
      return [
        json(), withTemplates(host), diagnostics(host, (doc) => jsonProblems(doc, host)),
        keymap.of([{ key: 'Shift-Alt-f', run: format, preventDefault: true }]),
      ];
    case 'text':
      return [withTemplates(host), diagnostics(host, () => []), EditorView.lineWrapping];
  }
}

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

/** What an editor can do beyond its language; it takes the place of what every editor of that has. */
export type Tools = (host: Host) => Extension;

/** All extensions of an editor for a language. */
export function extensionsOf(language: CodeLanguage, host: Host, slots: Slots, tools?: Tools): Extension {
  return [
    ownKeys(host),
    phrasesSlot.of(slots.phrases), themeSlot.of(slots.theme), readOnlySlot.of(slots.readOnly), attributesSlot.of(slots.attributes),
    basics, autocompletion({ icons: true, closeOnBlur: true, maxRenderedOptions: 80 }), language === 'lua' || language === 'json' ? lintGutter() : [],
    tools ? tools(host) : languageExtension(language, host), watch(host),
  ];
}
