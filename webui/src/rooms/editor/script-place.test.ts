import { expect, it } from 'vitest';
import { parsePlan } from '@/plan';
import { placeInScript, scriptAround } from './script-place';

const doc = parsePlan('transactions:\n  - name: t\n    script: |\n      function before(req)\n        req.x = 1\n      end\n    steps:\n      - name: s\n        script: error("a")\n');

it('counts from the first line of the script', () => {
  expect(placeInScript(doc, ['transactions', 0, 'script'], { line: 5, col: 9, message: 'm' })).toEqual({ line: 2, col: 3, message: 'm' });
  expect(placeInScript(doc, ['transactions', 0, 'steps', 0, 'script'], { line: 9, col: 1 }).line).toBe(1);
});

it('knows the script of a path', () => {
  expect(scriptAround(['transactions', 0, 'script', 'file'])).toEqual(['transactions', 0, 'script']);
  expect(scriptAround(['transactions', 0, 'steps', 1])).toBeUndefined();
  expect(scriptAround(doc.pathAt({ line: 5, column: 9 }))).toEqual(['transactions', 0, 'script']);
});
