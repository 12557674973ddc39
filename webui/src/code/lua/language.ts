import { foldService, indentUnit, StreamLanguage } from '@codemirror/language';
import { lua as mode } from '@codemirror/legacy-modes/mode/lua';
import type { Extension } from '@codemirror/state';

export const luaLanguage = StreamLanguage.define({
  ...mode,
  name: 'lua',
  languageData: { indentOnInput: /^\s*(?:end|until|else|elseif|\)|\})$/, commentTokens: { line: '--' }, closeBrackets: { brackets: ['(', '[', '{', '"', "'"] } },
});

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

/** Lua to read: colours, indentation, folding. */
export const lua: Extension = [luaLanguage, indentUnit.of('  '), folds];
