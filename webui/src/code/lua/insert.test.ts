import { EditorState } from '@codemirror/state';
import { expect, it } from 'vitest';
import { placeOf } from './insert';

const at = (doc: string, anchor: number, own = false) => placeOf(EditorState.create({ doc, selection: { anchor } }), own);

it('takes an empty line, with its indentation', () => {
  expect(at('a()\n  \nb()', 5)).toEqual({ from: 6, to: 6, before: '' });
  expect(at('', 0)).toEqual({ from: 0, to: 0, before: '' });
});

it('goes below a line with text', () => {
  expect(at('a()\nb()', 1)).toEqual({ from: 3, to: 3, before: '\n' });
});

it('puts functions at the end', () => {
  expect(at('a()\nb()', 1, true)).toEqual({ from: 7, to: 7, before: '\n' });
  expect(at('a()\n', 1, true)).toEqual({ from: 4, to: 4, before: '' });
});
