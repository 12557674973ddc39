import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { EditorState, type Extension, type Text } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { diagnostics } from './diagnostics';
import type { Spot } from './findings';
import type { Host } from './host';
import { formatJSON, jsonFault } from './json-text';
import { lua } from './lua/language';
import { minimalChange } from './minimal-change';
import type { CodeLanguage } from './props';
import { templateCompletion, templates } from './templates';

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

/** What an editor of a language does; the Lua editor has its own, so that it is loaded without the grammars of the others. */
export function languageExtension(language: CodeLanguage, host: Host): Extension {
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
