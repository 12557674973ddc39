import { Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { locate, mergeFindings } from './findings';

const doc = Text.of(['local x = 1', 'chekc("a", x)', 'if x then', '']);

describe('locate', () => {
  it('covers the word at the place', () => {
    expect(locate(doc, { line: 2, column: 1, message: 'm' }, 'server')).toMatchObject({ from: 12, to: 17, level: 'error' });
  });
  it('stays within the text', () => {
    expect(locate(doc, { line: 99, column: 7, message: 'm' }, 'server')).toMatchObject({ line: 4, column: 1, from: 36, to: 36 });
    expect(locate(doc, { line: 1, column: 99, message: 'm' }, 'server')).toMatchObject({ line: 1, column: 12, from: 10, to: 11 });
    expect(locate(doc, { line: 0, column: 0, message: 'm' }, 'server')).toMatchObject({ line: 1, from: 0 });
  });
});

describe('mergeFindings', () => {
  const browser = locate(doc, { line: 4, column: 1, message: "'end' expected near '<eof>'" }, 'browser');
  it('says once what both say, in the words of the server', () => {
    const server = locate(doc, { line: 4, column: 1, message: 'end expected', hint: 'h' }, 'server');
    expect(mergeFindings([browser], [server, server])).toEqual([{ ...server, sources: ['server', 'browser'] }]);
  });
  it('keeps what only one says, in the order of the text', () => {
    const warning = locate(doc, { level: 'warning', line: 2, column: 1, message: 'undeclared' }, 'server');
    expect(mergeFindings([browser], [warning]).map((f) => [f.line, f.sources])).toEqual([[2, ['server']], [4, ['browser']]]);
  });
  it('does not take a warning for the error of the same line', () => {
    const warning = locate(doc, { level: 'warning', line: 4, column: 1, message: 'undeclared' }, 'server');
    expect(mergeFindings([browser], [warning])).toHaveLength(2);
  });
});
