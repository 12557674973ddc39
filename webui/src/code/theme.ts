import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { dark, light, type Palette } from './colours';

function highlight(p: Palette): HighlightStyle {
  return HighlightStyle.define(
    [
      { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: p.keyword },
      { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.attributeValue], color: p.string },
      { tag: [tags.number, tags.bool, tags.null, tags.atom], color: p.number },
      { tag: [tags.comment, tags.lineComment, tags.blockComment, tags.meta], color: p.comment, fontStyle: 'italic' },
      { tag: [tags.function(tags.variableName), tags.standard(tags.variableName), tags.labelName], color: p.name },
      { tag: [tags.propertyName, tags.definition(tags.propertyName), tags.attributeName], color: p.property },
      { tag: [tags.punctuation, tags.separator, tags.bracket, tags.content], color: p.text },
      { tag: tags.invalid, color: p.error },
    ],
    { themeType: p.dark ? 'dark' : 'light' },
  );
}

function look(p: Palette): Extension {
  const focus = `2px solid ${p.dark ? '#7fe0d2' : '#0b7285'}`;
  return EditorView.theme(
    {
      '&': { color: p.text, backgroundColor: p.ground, fontSize: 'var(--mantine-font-size-sm)' },
      '&.cm-focused': { outline: focus, outlineOffset: '-1px' },
      '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.5' },
      '.cm-content': { caretColor: p.cursor },
      '.cm-cursor, .cm-dropCursor': { borderLeftColor: p.cursor },
      '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection': {
        backgroundColor: p.selection,
      },
      '.cm-activeLine': { backgroundColor: `${p.activeLine}b0` },
      '.cm-gutters': { backgroundColor: p.gutter, color: p.gutterText, borderRight: `1px solid ${p.border}` },
      '.cm-activeLineGutter': { backgroundColor: p.activeLine, color: p.text },
      '.cm-foldGutter .cm-gutterElement': { cursor: 'pointer', minWidth: '1rem' },
      '.cm-foldPlaceholder': { backgroundColor: p.panel, color: p.text, border: `1px solid ${p.border}`, padding: '0 .4em' },
      '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: p.match, outline: `1px solid ${p.border}` },
      '.cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket': { color: p.error, backgroundColor: 'transparent', textDecoration: 'underline' },
      '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: p.match },
      '.cm-searchMatch-selected': { outline: `2px solid ${p.text}` },
      '.cm-placeholder': { color: p.dimmed },
      '.cm-panels': { backgroundColor: p.panel, color: p.text },
      '.cm-panels-bottom': { borderTop: `1px solid ${p.border}` },
      '.cm-panels-top': { borderBottom: `1px solid ${p.border}` },
      '.cm-panel.cm-search': { padding: '.35rem 1.75rem .35rem .5rem', fontFamily: 'var(--mantine-font-family)' },
      '.cm-panel.cm-search label': { fontSize: '.8rem', display: 'inline-flex', alignItems: 'center', minHeight: '24px' },
      '.cm-textfield': { backgroundColor: p.ground, color: p.text, border: `1px solid ${p.dimmed}`, fontSize: '.85rem', minHeight: '26px' },
      '.cm-textfield::placeholder': { color: p.dimmed, opacity: '1' },
      '.cm-button': { backgroundImage: 'none', backgroundColor: p.ground, color: p.text, border: `1px solid ${p.dimmed}`, fontSize: '.8rem', minHeight: '26px' },
      '.cm-button:active': { backgroundImage: 'none', backgroundColor: p.chosen },
      '.cm-panel.cm-search [name=close]': { color: p.text, width: '24px', height: '24px' },
      '.cm-tooltip': { backgroundColor: p.panel, color: p.text, border: `1px solid ${p.border}`, borderRadius: '4px' },
      '.cm-tooltip .cm-tooltip-section:not(:first-child)': { borderTop: `1px solid ${p.border}` },
      '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mantine-font-family-monospace)', maxHeight: '14em' },
      '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 6px', minHeight: '24px' },
      '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: p.chosen, color: p.chosenText },
      '.cm-completionDetail': { color: p.dimmed, fontStyle: 'normal', marginLeft: '1em', display: 'inline-block', maxWidth: '22em', overflow: 'hidden', textOverflow: 'ellipsis', verticalAlign: 'bottom' },
      '.cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail': { color: p.chosenText },
      '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
      '.cm-completionIcon': { opacity: '1', color: p.dimmed },
      '.cm-completionInfo': { maxWidth: '30rem', padding: '.4rem .6rem' },
      '.cm-diagnostic': { padding: '.3rem .5rem .3rem .6rem' },
      '.cm-diagnostic-error': { borderLeft: `4px solid ${p.error}` },
      '.cm-diagnostic-warning': { borderLeft: `4px solid ${p.warning}` },
      '.cm-diagnosticSource': { color: p.dimmed, opacity: '1', fontSize: '.75rem' },
      '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: `underline wavy ${p.error} 1px`, textUnderlineOffset: '3px' },
      '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: `underline wavy ${p.warning} 1px`, textUnderlineOffset: '3px' },
      '.cm-snippetField': { backgroundColor: p.chosen },
      '.cm-snippetFieldPosition': { borderLeftColor: p.dimmed },
      '.cm-template, .cm-template *': { color: p.template, fontWeight: '600' },
      '.cm-template-unknown': { textDecoration: `underline wavy ${p.warning} 1px`, textUnderlineOffset: '3px' },
      '.cm-lua-signature': { fontFamily: 'var(--mantine-font-family-monospace)', fontWeight: '600', whiteSpace: 'pre-wrap' },
      '.cm-lua-call': { fontFamily: 'var(--mantine-font-family-monospace)', whiteSpace: 'pre-wrap', maxWidth: '32rem' },
      '.cm-lua-doc': { whiteSpace: 'pre-wrap', maxWidth: '32rem' },
      '.cm-lua-hover': { padding: '.4rem .6rem' },
      '.cm-changedLine, .cm-insertedLine, .cm-deletedLine': { backgroundColor: p.activeLine },
      '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': { background: 'none', backgroundColor: p.dark ? '#5a2b2b' : '#fbd9d7' },
      '&.cm-merge-b .cm-changedText': { background: 'none', backgroundColor: p.dark ? '#21492c' : '#c9ecd1' },
      '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '"⋯"' },
      '.cm-collapsedLines': { backgroundImage: 'none', backgroundColor: p.panel, color: p.text },
    },
    { dark: p.dark },
  );
}

const looks = { light: [look(light), syntaxHighlighting(highlight(light))], dark: [look(dark), syntaxHighlighting(highlight(dark))] };

/** The editor's colours in the page's theme. */
export function editorTheme(scheme: 'light' | 'dark'): Extension {
  return looks[scheme];
}
