/** Texts of CodeMirror's own panels: their keys in code:phrases. */
const PHRASES: Record<string, string> = {
  Find: 'find', Replace: 'replace', next: 'next', previous: 'previous', all: 'all', 'match case': 'matchCase', regexp: 'regexp',
  'by word': 'byWord', replace: 'replaceOne', 'replace all': 'replaceAll', close: 'close', 'current match': 'currentMatch',
  'replaced $ matches': 'replacedMatches', 'replaced match on line $': 'replacedMatch', 'on line': 'onLine', 'Go to line': 'goToLine', go: 'go',
  'Folded lines': 'foldedLines', 'Unfolded lines': 'unfoldedLines', 'Fold line': 'foldLine', 'Unfold line': 'unfoldLine', to: 'to',
  'folded code': 'foldedCode', unfold: 'unfold', 'Control character': 'controlCharacter', 'Selection deleted': 'selectionDeleted',
  Completions: 'completions', Diagnostics: 'diagnostics', 'No diagnostics': 'noDiagnostics', '$ unchanged lines': 'unchangedLines',
};

/** CodeMirror's phrases in the language of translate. */
export function phrasesIn(translate: (key: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(PHRASES).map(([phrase, key]) => [phrase, translate(`code:phrases.${key}`)]));
}
