import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePlan, type PlanDocument } from '@/plan';
import { loadAt, setLoad } from '@/plan/load';
import { fieldAt, type Schema } from '@/plan/schema';
import { parseRule, printRule } from '@/plan/thresholds';
import { setUserLife, setVariables } from '@/plan/write';
import { variablesAt } from '@/plan/view';
import { SECTIONS } from '../sections';
import { environmentCalls, isName, keyFor, secretsIn } from './environments/calls';
import { addSource, isSourceName, matching, nameFor, renameSource } from './data/sources';
import { addTo, fieldsOf, isComposite, itemsOf, setJson } from './field-list';
import { fieldsOfSection } from './sections-of-fields';
import { parseDuration } from '@/plan/duration';
import { stagesLength } from '@/plan/load';
import { stagesOf } from '@/stages';
import { addScenario, copyScenario, keptAt, partsAt, toLoad, toScenarios, withForm } from './load/forms';
import { setRule, targetsOf, unitFor, valueFits, withMetric } from './thresholds/rules';
import { lifeKind, lifeTime, withLifeKind } from './user-life';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../../plan/plan.schema.json'), 'utf8')) as Schema;

const text = `version: 1  # first
name: shop
user_life: 30m..40m  # long
variables:
  size: 1.10  # as text
  tags: [a, {b: 1}]
  id: "010"
load: {users: 50, spawn_rate: 5, duration: 2m}  # soft
thresholds:
  - p95 < 200ms  # fast
  - failures(login) < 5% over 10s after 30s abort
transactions:
  - name: browse
    weight: 3
    steps:
      - {name: list, request: {url: /items}}
      - group: assets
        steps: [{request: {url: "/logo?x=1"}}]
user_start: [{name: login, request: {url: /login}}]
`;
const plan = parsePlan(text);

/** The text with one part of it replaced: what an edit may change, and nothing else. */
function replaced(from: string, to: string): string {
  expect(text).toContain(from);
  return text.replace(from, to);
}

describe('the life of users', () => {
  const lifeOf = (word: string, iterations = '', after = '') => ({ word, iterations, after });

  it('is read in all its forms', () => {
    expect([lifeOf(''), lifeOf('run'), lifeOf('iteration'), lifeOf('30m..40m'), lifeOf('', '20'), lifeOf('', '20', '5m'), lifeOf('', '', '5m')].map(lifeKind)).toEqual(['run', 'run', 'iteration', 'time', 'iterations', 'iterations', 'time']);
    expect(lifeTime(lifeOf('', '', '5m'))).toBe('5m');
  });

  it('is written in each form, and keeps its time', () => {
    const was = lifeOf('30m..40m');
    const put = (kind: Parameters<typeof withLifeKind>[1]) => setUserLife(plan, withLifeKind(was, kind)).text;
    expect(put('iteration')).toBe(replaced('user_life: 30m..40m', 'user_life: iteration'));
    expect(setUserLife(plan, withLifeKind(was, 'iterations')).get(['user_life'])).toEqual({ iterations: 20, after: '30m..40m' });
    expect(put('time')).toBe(text);
  });
});

describe('variables', () => {
  const rows = () => variablesAt(plan, ['variables']).map(({ name, value }) => ({ name, value }));

  it('are written back as they were', () => expect(setVariables(plan, ['variables'], rows()).text).toBe(text));

  it('change one by one: lists stay lists, quotes and numbers stay', () => {
    const changed = rows().map((row) => (row.name === 'id' ? { ...row, value: '011' } : row));
    expect(setVariables(plan, ['variables'], changed).text).toBe(replaced('"010"', '"011"'));
    const more = [...rows(), { name: 'm', value: '5' }];
    expect(setVariables(plan, ['variables'], more).text).toBe(replaced('  id: "010"\n', '  id: "010"\n  m: 5\n'));
  });
});

describe('load', () => {
  it('changes one value in its place', () => {
    expect(setLoad(plan, ['load'], { ...partsAt(plan, ['load']), users: '80' }).text).toBe(replaced('users: 50', 'users: 80'));
  });

  it('keeps what a form had while another is shown', () => {
    const users = partsAt(plan, ['load']);
    const arrivals = withForm(users, 'arrivals', undefined);
    expect(setLoad(plan, ['load'], arrivals).get(['load'])).toEqual({ arrivals: { rate: 10, duration: '2m' } });
    const after = setLoad(plan, ['load'], arrivals);
    const back = withForm(partsAt(after, ['load']), 'users', users);
    expect(setLoad(after, ['load'], back).get(['load'])).toEqual({ users: 50, spawn_rate: 5, duration: '2m' });
  });

  it('becomes stages of the same course', () => {
    const stages = withForm(partsAt(plan, ['load']), 'stages', undefined);
    expect(stages.stages).toEqual([{ name: '', jump: false, level: '50', duration: '10s' }, { name: '', jump: false, level: '50', duration: '1m50s' }]);
    expect(stagesOf({ ...stages, form: 'users', spawnRate: '', duration: '' })).toEqual([{ name: '', jump: true, level: '50', duration: '' }]);
    expect(stagesLength(stages.stages, parseDuration)).toBe(120_000);
    expect(stagesLength([{ name: '', jump: true, level: '1', duration: '' }], parseDuration)).toBeUndefined();
  });

  it('moves into scenarios and back without a change', () => {
    const many = toScenarios(plan, undefined, 'main');
    expect(many.get(['scenarios'])).toEqual([{ name: 'main', load: { users: 50, spawn_rate: 5, duration: '2m' } }]);
    expect(many.get(['load'])).toBeUndefined();
    const one = toLoad(many);
    expect(one.get(['load'])).toEqual(plan.get(['load']));
    expect(one.get(['scenarios'])).toBeUndefined();
  });

  it('brings scenarios back that were left for one load', () => {
    const two = copyScenario(addScenario(toScenarios(plan, undefined, 'main'), 'main'), 0);
    expect([0, 1, 2].map((i) => two.scalar(['scenarios', i, 'name']))).toEqual(['main', 'main 3', 'main 2']);
    const kept = keptAt(two, 'scenarios');
    const again = toScenarios(setLoad(toLoad(two), ['load'], { ...partsAt(two, ['scenarios', 0, 'load']), users: '7' }), kept, '');
    expect(again.size(['scenarios'])).toBe(3);
    expect(loadAt(again, ['scenarios', 0, 'load'])?.users).toBe('7');
  });
});

describe('thresholds', () => {
  it('change in their line, and keep the comment behind it', () => {
    const rule = parseRule('p95 < 200ms');
    if (!rule) throw new Error('no rule');
    expect(setRule(plan, 0, { ...rule, value: '300ms', target: 'browse' }).text).toBe(replaced('p95 < 200ms', 'p95(browse) < 300ms'));
  });

  it('are of transactions and of steps', () => {
    expect(targetsOf(plan)).toEqual(['browse', 'browse / list', 'browse / assets', 'browse / GET /logo', 'login']);
  });

  it('take a value that fits another metric', () => {
    const rule = parseRule('p95 scheduled < 200ms');
    if (!rule) throw new Error('no rule');
    expect(printRule(withMetric(rule, 'failures'))).toBe('failures < 1%');
    expect(printRule(withMetric(rule, 'p99'))).toBe('p99 scheduled < 200ms');
    expect(printRule(withMetric(rule, 'rps'))).toBe('rps > 100');
    expect(unitFor({ ...rule, metric: 'queue_length' })).toBe('number');
    expect([valueFits(rule), valueFits({ ...rule, value: '200' })]).toEqual([true, false]);
  });
});

describe('data', () => {
  it('names a source after its file', () => {
    expect(nameFor('data/2024-user accounts.csv', [])).toBe('user_accounts');
    expect(nameFor('data/docs.csv', ['docs'])).toBe('docs2');
    expect(addSource(plan, 'data/a.csv').get(['data'])).toEqual({ a: { file: 'data/a.csv' } });
    expect([isSourceName('a.b'), isSourceName('数据'), isSourceName('a-1')]).toEqual([false, true, true]);
  });

  it('renames a source together with its placeholders', () => {
    const before = 'version: 1  # a\ndata:\n  a: {file: data/a.csv}\nvariables: {x: "{{a.b}} {{ a.c | json }} {{aa.b}} a.b"}\n';
    expect(renameSource(parsePlan(before), 'a', 'z').text).toBe('version: 1  # a\ndata:\n  z: {file: data/a.csv}\nvariables: {x: "{{z.b}} {{ z.c | json }} {{aa.b}} a.b"}\n');
    const two = parsePlan('data: {a: {file: x}, z: {file: y}}\n');
    expect(renameSource(two, 'a', 'z')).toBe(two);
  });

  it('counts what globs match', () => {
    const files = ['data/a.csv', 'data/files/x.pdf', 'data/files/deep/y.pdf'];
    expect(matching('data/files/**', files)).toHaveLength(2);
    expect(matching('data/**/*.pdf', files)).toHaveLength(2);
    expect(matching('data/*', files)).toEqual(['data/a.csv']);
    expect(matching('data/{a,b}.csv', files)).toEqual(['data/a.csv']);
    expect(matching('data/{a', files)).toEqual([]);
  });
});

describe('environments', () => {
  it('finds the secrets that a text asks for', () => expect(secretsIn('a {{secret.A}} {{ secret.B_2 | base64 }} {{secret.A}}')).toEqual(['A', 'B_2']));
  it('takes no names that lead elsewhere', () => expect(['stage', 'a/b', '../x', '', '预发'].map(isName)).toEqual([true, false, false, false, true]));
  it('are not checked before they are saved', () => expect(environmentCalls.check(keyFor('a'), '', new AbortController().signal)).rejects.toThrow());
});

/** Walks all that "All fields" offers, making what is empty, so deep. */
function walk(doc: PlanDocument, names: readonly string[] | undefined, seen: Set<string>): void {
  const visit = (field: ReturnType<typeof fieldsOf>[number], d: PlanDocument, depth: number, where: string): void => {
    seen.add(where);
    if (depth > 7 || !isComposite(field)) return;
    if (field.types.includes('group')) for (const inner of fieldsOf(schema, d, field.path)) {
      const at = `${where}.${inner.name}`;
      if (isStepList(where, inner.name)) seen.add(at);
      else visit(inner, d, depth + 1, at);
    }
    if (field.types.includes('list') || field.types.includes('map')) {
      const bare = d.set(field.path, undefined);
      for (const name of ['x', '']) {
        const more = addTo(schema, bare, field, name);
        const [item] = itemsOf(schema, more, field).fields;
        if (item) visit(item, more, depth + 1, `${where}[]`);
      }
    }
  };
  for (const field of fieldsOf(schema, doc, [])) if (!names || names.includes(field.name)) visit(field, doc, 0, field.name);
}

/** Steps have steps; once around is enough. */
function isStepList(where: string, name: string): boolean {
  return (name === 'steps' || name === 'else') && /\.(steps|else)\[\]|setup|user_|teardown|blocks/.test(where);
}

describe('all fields', () => {
  const empty = parsePlan('version: 1\n');

  it('reaches every field of the schema', () => {
    const seen = new Set<string>();
    walk(empty, fieldsOfSection('general'), seen);
    const reached = [...seen].map((where) => where.replaceAll('[]', '').split('.').at(-1));
    const missing = Object.entries({ '': schema, ...schema.$defs }).flatMap(([def, s]) => Object.keys(s.properties ?? {}).filter((name) => !reached.includes(name)).map((name) => `${def}.${name}`));
    expect(missing).toEqual([]);
    expect(seen.size).toBeGreaterThan(250);
    for (const where of ['scenarios[].load.stages[].jump', 'transactions[].steps[].request.tls.server_name', 'data[].delimiter', 'run.workers.labels[]', 'user_life.after', 'setup[].check[].count.ge']) expect(seen).toContain(where);
  });

  it('has every key of a plan in one section at least, besides the outline', () => {
    const shown = new Set(SECTIONS.filter((s) => s !== 'general').flatMap((s) => fieldsOfSection(s) ?? []));
    const outside = Object.keys(schema.properties ?? {}).filter((key) => !shown.has(key));
    expect(outside).toEqual(['version', 'name', 'description', 'base_url', 'cookies', 'connections', 'user_life', 'on_failure', 'setup', 'user_start', 'user_stop', 'teardown', 'transactions']);
  });

  it('adds items and entries as empty as they can be, and leaves the rest as it is', () => {
    const files = fieldAt(schema, plan, ['files']);
    const thresholds = fieldAt(schema, plan, ['thresholds']);
    const data = fieldAt(schema, plan, ['data']);
    if (!files || !thresholds || !data) throw new Error('no field');
    expect(addTo(schema, plan, files, '').get(['files'])).toEqual(['']);
    expect(addTo(schema, plan, thresholds, '').text).toBe(replaced('30s abort\n', '30s abort\n  - ""\n'));
    expect(addTo(schema, plan, data, 'docs').get(['data'])).toEqual({ docs: {} });
  });

  it('takes JSON over when it is some', () => {
    expect(setJson(plan, ['variables', 'tags'], '[1.10').doc).toBe(plan);
    expect(setJson(plan, ['variables', 'tags'], '[1.10]').doc.json(['variables', 'tags'], 0)).toBe('[1.10]');
  });
});
