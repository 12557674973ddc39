import { beforeEach, expect, it } from 'vitest';
import { parsePlan } from '@/plan';
import { namesAt } from '@/plan/variables';
import type { Sent } from '../send/use-last';
import { ignoredNames, toggleIgnored } from './ignored-names';
import { definedAt, lastValue, requestBefore, withExtract } from './placeholder';

const doc = parsePlan(`version: 1
variables: {host: x}
setup:
  - {name: prepare, request: {url: /s}, script: "vars.made = 1"}
transactions:
  - name: buy
    steps:
      - {name: login, set: {n: 1}, request: {url: /l}, extract: [{name: token, json: $.t}]}
      - group: inner
        steps:
          - {name: cart, request: {url: /c}}
      - if: {var: token}
        steps:
          - {name: then, request: {url: /t}}
        else:
          - {name: other, request: {url: /o}}
      - repeat: {each: token, as: one}
        steps: []
blocks:
  again:
    - {name: first, request: {url: /f}}
    - {name: second, request: {url: /g}}
`);
const steps = ['transactions', 0, 'steps'];

it('leads to where a name is defined', () => {
  const where = (name: string) => {
    const known = namesAt(doc, [...steps, 1], { environments: [{ name: 'stage', variables: { env: 'e' } }], environment: 'stage', secrets: ['KEY'] }).find((n) => n.name === name);
    return known && definedAt(known);
  };
  expect(where('host')).toEqual({ section: 'variables' });
  expect(where('token')).toEqual({ path: [...steps, 0], tab: 'extract' });
  expect(where('n')).toEqual({ path: [...steps, 0], tab: 'settings' });
  expect(where('one')).toEqual({ path: [...steps, 3] });
  expect(where('made')).toEqual({ path: ['setup', 0], tab: 'script' });
  expect(where('env')).toEqual({ section: 'environments', tab: 'stage' });
  expect(where('secret.KEY')).toBeUndefined();
});

it('finds the request that is played before a step', () => {
  expect(requestBefore(doc, [...steps, 1, 'steps', 0])).toEqual([...steps, 0]);
  expect(requestBefore(doc, [...steps, 2])).toEqual([...steps, 1, 'steps', 0]);
  expect(requestBefore(doc, [...steps, 3])).toEqual([...steps, 2, 'else', 0]);
  expect(requestBefore(doc, [...steps, 0])).toEqual(['setup', 0]);
  expect(requestBefore(doc, ['setup', 0])).toBeUndefined();
  expect(requestBefore(doc, ['blocks', 'again', 1])).toEqual(['blocks', 'again', 0]);
});

it('adds an extraction of a name', () => {
  expect(withExtract(doc, [...steps, 0], 'id').get([...steps, 0, 'extract', 1])).toEqual({ name: 'id', json: '$.id' });
  expect(withExtract(doc, [...steps, 1, 'steps', 0], 'an-id').get([...steps, 1, 'steps', 0, 'extract', 0])).toEqual({ name: 'an-id', json: "$['an-id']" });
});

it('takes a value from the newest answer that has one', () => {
  const sent = (vars: Record<string, string>) => ({ id: 1, plan: 'p', transaction: '', environment: '', at: 0, result: { ok: true, duration: 0, steps: [], before: {}, vars, log: [] } }) satisfies Sent;
  expect(lastValue([sent({ b: '2' }), sent({ a: '', b: '1' })], 'b')).toBe('2');
  expect(lastValue([sent({ b: '2' }), sent({ a: '' })], 'a')).toBe('');
  expect(lastValue([], 'a')).toBeUndefined();
});

beforeEach(() => localStorage.clear());

it('keeps the names that are ignored, at most 200 of a plan', () => {
  toggleIgnored('p', 'x');
  expect(ignoredNames('p')).toEqual(['x']);
  expect(ignoredNames('q')).toEqual([]);
  for (let i = 0; i < 205; i++) toggleIgnored('p', `n${i}`);
  expect(ignoredNames('p')).toHaveLength(200);
  toggleIgnored('p', 'n204');
  expect(ignoredNames('p')).not.toContain('n204');
  expect(JSON.parse(localStorage.getItem('lh-ignored-names:p') ?? '')).toHaveLength(199);
});
