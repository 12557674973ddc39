import { Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { locate, mergeFindings, type Spot } from './findings';

const at = (line: number, col: number, message: string, more: Partial<Spot> = {}): Spot => ({ line, col, message, hint: '', warning: false, ...more });

const doc = Text.of(['local x = 1', 'chekc("a", x)', 'if x then', '']);

describe('locate', () => {
  it('covers the word at the place', () => {
    expect(locate(doc, at(2, 1, 'm'), 'server')).toMatchObject({ from: 12, to: 17, level: 'error' });
  });
  it('stays within the text', () => {
    expect(locate(doc, at(99, 7, 'm'), 'server')).toMatchObject({ line: 4, column: 1, from: 36, to: 36 });
    expect(locate(doc, at(1, 99, 'm'), 'server')).toMatchObject({ line: 1, column: 12, from: 10, to: 11 });
    expect(locate(doc, at(0, 0, 'm'), 'server')).toMatchObject({ line: 1, from: 0 });
  });
});

it('counts characters as the master does', () => {
  expect(locate(Text.of(['local s = "😀" oops']), at(1, 15, 'm'), 'server')).toMatchObject({ from: 15, to: 19 });
});

describe('mergeFindings', () => {
  const browser = locate(doc, at(4, 1, "'end' expected near '<eof>'"), 'browser');
  it('says once what both say, in the words of the server', () => {
    const server = locate(doc, at(4, 1, 'end expected', { hint: 'h' }), 'server');
    expect(mergeFindings([browser], [server, server])).toEqual([{ ...server, sources: ['server', 'browser'] }]);
  });
  it('keeps what only one says, in the order of the text', () => {
    const warning = locate(doc, at(2, 1, 'undeclared', { warning: true }), 'server');
    expect(mergeFindings([browser], [warning]).map((f) => [f.line, f.sources])).toEqual([[2, ['server']], [4, ['browser']]]);
  });
  it('does not take a warning for the error of the same line', () => {
    const warning = locate(doc, at(4, 1, 'undeclared', { warning: true }), 'server');
    expect(mergeFindings([browser], [warning])).toHaveLength(2);
  });
});
