import { snippetCompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import type { EditorState, Extension } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import { diagnostics } from '../diagnostics';
import type { Host } from '../host';
import { describe, suggest, type Suggestion } from './complete';
import { lua, luaLanguage } from './language';
import { syntaxProblems } from './parse';
import { signatures } from './signature';
import { SNIPPETS } from './snippets';

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
    const { quoted } = found;
    if (quietAt(state, pos) && !quoted) return null;
    if (word === '' && !/[.:]/.test(before) && !quoted && !context.explicit) return null;
    const options = found.list.map(completionOf);
    const lineStart = state.doc.lineAt(found.from);
    if (!/[.:]/.test(before) && !quoted && lineStart.text.slice(0, found.from - lineStart.from).trim() === '')
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

/** Lua with completion, hover and what the parser here finds. */
export function luaTools(host: Host): Extension {
  return [lua, luaLanguage.data.of({ autocomplete: completion(host) }), hover(host), signatures(host), diagnostics(host, (doc) => syntaxProblems(doc.toString()))];
}
