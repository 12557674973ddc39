import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import en from '@/i18n/locales/en/widgets';

/** Those of calls that the page does not make like that. */
const OTHERS = ['no_', 'no_length', 'no_revision', 'page', 'upgrade'];

it('says each error of the master in the language of the page', () => {
  const go = readdirSync('../master').filter((file) => file.endsWith('.go') && !file.endsWith('_test.go')).map((file) => readFileSync(`../master/${file}`, 'utf8')).join('\n');
  const codes = new Set([...go.matchAll(/\b(?:refuse|fail)\((?:w, )?http\.Status\w+, "(\w+)"/g)].map((found) => found[1] ?? ''));
  expect(codes.size).toBeGreaterThan(40);
  expect([...codes].filter((code) => !(code in en.errors) && !OTHERS.includes(code))).toEqual([]);
});
