import { expect, it } from 'vitest';
import { parseDuration, planDuration, planRange, printDuration, readDuration } from './duration';

it.each<[string, number | undefined]>([
  ['90', 90_000], ['90s', 90_000], ['1m30s', 90_000], ['1h30m', 5_400_000], ['00:30:00', 1_800_000], ['1:30', 90_000], ['200ms', 200],
  ['1.5s', 1500], ['1h 5m', 3_900_000], ['0', 0], ['2 min', 120_000], ['', undefined], ['abc', undefined], ['1d', undefined], ['-1s', undefined], ['00:61:00', undefined], ['1:2:3:4', undefined],
])('reads %s', (text, ms) => expect(readDuration(text)).toBe(ms));

it('reads of a plan only what plans may hold', () => {
  expect(parseDuration('90')).toBeUndefined();
  expect(parseDuration('1m30s')).toBe(90_000);
  expect(parseDuration('0')).toBe(0);
});

it.each<[number, string]>([[0, '0s'], [200, '200ms'], [1500, '1.5s'], [90_000, '1m30s'], [5_400_000, '1h30m'], [3_600_000, '1h'], [0.5, '500us'], [61_001, '1m1.001s']])('writes %s', (ms, text) => {
  expect(printDuration(ms)).toBe(text);
  expect(parseDuration(text)).toBeCloseTo(ms, 6);
});

it('echoes', () => {
  expect(planDuration('00:30:00')).toBe('30m');
  expect(planRange('200ms..1s')).toBe('200ms..1s');
  expect(planRange('1s..1s')).toBe('1s');
  expect(planRange('2s..1s')).toBeUndefined();
  expect(planRange('1..2..3')).toBeUndefined();
});
