import { expect, it } from 'vitest';
import { parsePlan } from '@/plan';
import { sourcesOf } from './surroundings';

it('looks into the files that are there and have rows', () => {
  const doc = parsePlan(`data:
  accounts: {file: data/accounts.csv, delimiter: ";"}
  gone: {file: data/gone.csv}
  picture: {file: data/a.png}
  any: {file: "data/{{name}}.csv"}
`);
  expect(sourcesOf(doc, ['data/accounts.csv', 'data/a.png'])).toEqual([{ name: 'accounts', file: 'data/accounts.csv', delimiter: ';' }]);
});
