import { expect, it } from 'vitest';
import { historyOf, record, redo, undo } from './history';

it('undoes and redoes texts', () => {
  const h = record(record(historyOf('a'), 'b', 0), 'c', 10);
  const back = undo(h);
  expect(back.present).toBe('b');
  expect(redo(back).present).toBe('c');
  expect(undo(undo(undo(h))).present).toBe('a');
});

it('undoes typing in one field at once, but not after a pause', () => {
  let h = record(historyOf(''), 'a', 0, 'name');
  h = record(h, 'ab', 500, 'name');
  expect(undo(h).present).toBe('');
  h = record(h, 'abc', 5_000, 'name');
  expect(undo(h).present).toBe('ab');
});

it('keeps what happened in another field apart', () => {
  const h = record(record(historyOf(''), 'a', 0, 'name'), 'b', 10, 'url');
  expect(undo(h).present).toBe('a');
});

it('forgets what could be redone with the next edit', () => {
  expect(redo(record(undo(record(historyOf('a'), 'b', 0)), 'c', 1)).present).toBe('c');
});

it('bounds how much it keeps', () => {
  let h = historyOf('0');
  for (let i = 1; i <= 1_000; i++) h = record(h, String(i), i);
  expect(h.past).toHaveLength(300);
  expect(h.past.at(-1)).toBe('999');
});
