import { describe, expect, it } from 'vitest';
import { parsePlan } from './index';
import { tokensOf, withoutOldForm } from './template';
import { markedIn, namesAt, type Surroundings } from './variables';

describe('tokensOf', () => {
  it('finds placeholders with their places', () => {
    const text = 'a {{ x | urlencode }}/{{$randomInt 1 20}}/{{\'{{\'}}{@old@}{{y';
    expect(tokensOf(text).map((t) => [t.kind, t.name, t.args, t.filters, text.slice(t.from, t.to)])).toEqual([
      ['variable', 'x', [], ['urlencode'], '{{ x | urlencode }}'],
      ['function', '$randomInt', ['1', '20'], [], '{{$randomInt 1 20}}'],
      ['literal', '{{', [], [], "{{'{{'}}"],
      ['old', 'old', [], [], '{@old@}'],
      ['broken', 'y', [], [], '{{y'],
    ]);
    expect(tokensOf('{{}} {{|x}} {{a b|}} {{"x" y}}').map((t) => t.kind)).toEqual(['broken', 'broken', 'broken', 'broken']);
  });

  it('converts the old form', () => expect(withoutOldForm('/{@a@}/{@b@}?{@1@}')).toBe('/{{a}}/{{b}}?{@1@}'));
});

const doc = parsePlan(`variables: {size: 20}
data: {accounts: {file: data/a.csv}, other: {file: data/b.csv}}
script: |
  function user_start(user) user.vars.lua = 1; user.vars["second"] = 2 end
setup: [{request: {url: /}, extract: [{name: admin, json: $.a}]}]
transactions:
  - steps:
      - {set: {page: 1}, request: {url: "/{{page}}"}, extract: [{name: first, json: $.a}]}
      - repeat: {each: ids}
        steps: [{request: {url: /}, extract: [{name: inner, json: $.a}]}]
      - {request: {url: /}, extract: [{name: last, json: $.a}]}
  - steps: [{request: {url: /}, extract: [{name: elsewhere, json: $.a}]}]
`);

describe('names', () => {
  const around: Surroundings = { columns: { accounts: ['name'] }, environments: [{ name: 'other', variables: { env: 'y', size: '5', far: 'z' } }, { name: 'stage', variables: { env: 'x' } }], environment: 'stage', secrets: ['KEY'] };
  const at = (...path: (string | number)[]) => namesAt(doc, path, around);
  const step = ['transactions', 0, 'steps', 1, 'steps', 0, 'request', 'url'];

  it('knows what is set before a place', () => {
    const names = at(...step);
    const now = names.filter((n) => !n.later).map((n) => n.name);
    expect(now).toEqual(['env', 'size', 'accounts.name', 'lua', 'second', 'admin', 'page', 'first', 'item', 'secret.KEY', 'env', 'size', 'far']);
    expect(names.filter((n) => n.later).map((n) => n.name)).toEqual(['inner', 'last', 'elsewhere']);
    expect(names.find((n) => n.name === 'size')).toMatchObject({ value: '20', path: ['variables', 'size'] });
    expect(at('transactions', 0, 'steps', 0, 'request', 'url').find((n) => n.name === 'page')?.later).toBe(false);
    expect(at('setup', 0, 'request', 'url').find((n) => n.name === 'first')?.later).toBe(true);
    expect(at('transactions', 0, 'steps', 0, 'check', 0).find((n) => n.name === 'first')?.later).toBe(false);
  });

  it('marks what is wrong', () => {
    const names = at(...step);
    const problem = (text: string) => markedIn(text, names, doc, around)[0]?.problem;
    const unknown = markedIn('{{first}}{{nope}}{{$nope}}{{accounts.zip}}{{other.any}}{{who.x}}', names, doc, around).filter((token) => token.problem === 'unknown');
    expect(unknown.map((token) => token.name)).toEqual(['nope', '$nope', 'accounts.zip', 'who.x']);
    expect(problem('{{last}}')).toBe('later');
    expect(problem('{{first | upper}}')).toBe('filter');
    expect(problem('{{first 1}}')).toBe('arguments');
    expect(problem('{{$randomInt 1}}')).toBe('arguments');
    expect(problem('{{$oneOf a b c}}')).toBeUndefined();
    expect(problem('{{secret.OTHER}}')).toBe('unknown');
    expect(problem('{@first@}')).toBe('old');
    expect(problem("{{'{{'}}")).toBeUndefined();
  });

  it('are those of the environment that is chosen, and of others with a mark', () => {
    const marks = (environment?: string) => markedIn('{{env}}{{size}}{{far}}', namesAt(doc, step, { ...around, environment }), doc, around).map(({ problem, known }) => [problem, known?.environment, known?.value]);
    expect(marks('stage')).toEqual([[undefined, 'stage', 'x'], [undefined, undefined, '20'], ['elsewhere', 'other', 'z']]);
    expect(marks('other')).toEqual([[undefined, 'other', 'y'], [undefined, 'other', '5'], [undefined, 'other', 'z']]);
    for (const none of [undefined, '', 'gone']) expect(marks(none)).toEqual([['elsewhere', 'other', 'y'], [undefined, undefined, '20'], ['elsewhere', 'other', 'z']]);
  });
});
