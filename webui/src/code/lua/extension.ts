import { snippetCompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { foldService, indentUnit, StreamLanguage, syntaxTree } from '@codemirror/language';
import { lua } from '@codemirror/legacy-modes/mode/lua';
import type { EditorState, Extension } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import type { Host } from '../host';
import { describe, suggest, type Suggestion } from './complete';
import { SNIPPETS } from './snippets';

export const luaLanguage = StreamLanguage.define({
  ...lua,
  name: 'lua',
  languageData: { indentOnInput: /^\s*(?:end|until|else|elseif|\)|\})$/, commentTokens: { line: '--' }, closeBrackets: { brackets: ['(', '[', '{', '"', "'"] } },
});

const TYPES: Record<Suggestion['kind'], string> = {
  function: 'function', method: 'method', variable: 'variable', library: 'namespace', hook: 'interface', keyword: 'keyword', value: 'property',
};

function card(signature: string, doc: string): HTMLElement {
  const box = document.createElement('div');
  for (const [name, text] of [['cm-lua-signature', signature], ['cm-lua-doc', doc]] as const) {
    if (text === '') continue;
    const part = box.appendChild(document.createElement('div'));
    part.className = name;
    part.textContent = text;
  }
  return box;
}

function completionOf(s: Suggestion): Completion {
  const completion: Completion = {
    label: s.label, type: TYPES[s.kind], boost: s.rank,
    detail: s.signature !== s.label ? s.signature : undefined,
    info: s.doc ? () => card(s.signature, s.doc) : undefined,
  };
  return s.template ? snippetCompletion(s.template, completion) : completion;
}

function quietAt(state: EditorState, pos: number): boolean {
  return /comment|string/i.test(syntaxTree(state).resolveInner(pos, -1).name);
}

/** Completion of names, members, libraries and snippets. */
function completion(host: Host) {
  return (context: CompletionContext): CompletionResult | null => {
    const { state, pos } = context;
    const text = state.doc.toString();
    const found = suggest(text, pos, host);
    if (!found) return null;
    const word = state.sliceDoc(found.from, pos);
    const before = state.sliceDoc(Math.max(0, found.from - 1), found.from);
    const quoted = before === '"' || before === "'";
    if (quietAt(state, pos) && !quoted) return null;
    if (word === '' && !/[.:"']/.test(before) && !context.explicit) return null;
    const options = found.list.map(completionOf);
    const lineStart = state.doc.lineAt(found.from);
    if (!/[.:"']/.test(before) && lineStart.text.slice(0, found.from - lineStart.from).trim() === '')
      for (const s of SNIPPETS) options.push(snippetCompletion(s.template, { label: s.label, type: 'text', detail: host.text.snippet(s.key), boost: -1 }));
    return { from: found.from, options, validFor: quoted ? /^[\w./-]*$/ : /^\w*$/ };
  };
}

function hover(host: Host): Extension {
  return hoverTooltip((view, pos) => {
    if (quietAt(view.state, pos)) return null;
    const found = describe(view.state.doc.toString(), pos, host);
    if (!found) return null;
    return {
      pos: found.from,
      end: found.to,
      create: () => {
        const dom = card(found.signature, found.doc);
        dom.classList.add('cm-lua-hover');
        return { dom };
      },
    };
  });
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

/** Folds a line with the deeper lines that follow it: all blocks of Lua that are written as usual. */
const folds = foldService.of((state, start, end) => {
  const first = state.doc.lineAt(start);
  if (first.text.trim() === '') return null;
  let last = -1;
  for (let n = first.number + 1; n <= state.doc.lines; n++) {
    const line = state.doc.line(n);
    if (line.text.trim() === '') continue;
    if (indentOf(line.text) <= indentOf(first.text)) break;
    last = line.to;
  }
  return last > end ? { from: end, to: last } : null;
});

export function luaExtension(host: Host): Extension {
  return [luaLanguage, luaLanguage.data.of({ autocomplete: completion(host) }), indentUnit.of('  '), folds, hover(host)];
}
