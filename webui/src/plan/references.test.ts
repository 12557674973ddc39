import { expect, it } from 'vitest';
import { parsePlan } from './index';
import { isUnnameable, renameTransaction } from './references';

const TEXT = `transactions:
  - name: buy # often
  - name: look
scenarios:
  - {name: a, transactions: {buy: 8, look: 1}} # both
  - {name: b, transactions: [look, buy]}
thresholds:
  - p95(buy) < 1s
  - p99(buy / order) < 2s
  - p99(buyers) < 2s
  - failures < 1%
`;

it('renames a transaction wherever it is named', () => {
  const renamed = renameTransaction(parsePlan(TEXT), ['transactions', 0], 'order now');
  expect(renamed.text).toBe(
    TEXT.replace('name: buy', 'name: order now').replace('{buy: 8', '{order now: 8').replace('[look, buy]', '[look, order now]')
      .replace('(buy)', '(order now)').replace('(buy / order)', '(order now / order)'),
  );
});

it('leaves names alone that are of another transaction', () => {
  const doc = parsePlan(TEXT.replace('name: look', 'name: buy'));
  expect(renameTransaction(doc, ['transactions', 0], 'x').text).toBe(doc.text.replace('name: buy #', 'name: x #'));
  expect(renameTransaction(parsePlan(TEXT), ['transactions', 0], 'look').text).toBe(TEXT.replace('name: buy', 'name: look'));
});

it.each(['look', 'buy '])('finds what names a transaction after its name was %j while it was typed', (passing) => {
  const typed = renameTransaction(parsePlan(TEXT), ['transactions', 0], passing);
  expect([isUnnameable(parsePlan(TEXT), ['transactions', 0]), isUnnameable(typed, ['transactions', 0])]).toEqual([false, true]);
  const whole = renameTransaction(typed, ['transactions', 0], 'order now', 'buy');
  expect(whole.text.replace('"order now"', 'order now')).toBe(renameTransaction(parsePlan(TEXT), ['transactions', 0], 'order now').text);
});
