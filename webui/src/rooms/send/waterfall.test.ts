import { expect, it } from 'vitest';
import { barsOf } from './waterfall';

it('lays the phases one behind the other', () => {
  expect(barsOf({ dns: 1, connect: 2, tls: 0, first_byte: 5, total: 10 })).toEqual([
    { phase: 'dns', start: 0, length: 1 }, { phase: 'connect', start: 1, length: 2 }, { phase: 'tls', start: 3, length: 0 },
    { phase: 'wait', start: 3, length: 5 }, { phase: 'transfer', start: 8, length: 2 },
  ]);
});

it('never has a phase of less than nothing', () => {
  expect(barsOf({ dns: 0, connect: 0, tls: 0, first_byte: 5.01, total: 5 }).at(-1)).toMatchObject({ length: 0 });
});
