import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePlan, type Pair, type Path, type PlanDocument } from './index';
import { parseJson } from './json';
import { loadAt, scenariosAt, setLoad, setScenarioTransactions } from './load';
import { linesOf, pairsAt, pairsOf, setPairs } from './pairs';
import { authAt, bodyAt, networkAt, requestAt, setAuth, setBody, setBodyKind, setJsonBody, setRequest, setTimeout } from './request';
import { checkSubjects, checksAt, conditionAt, extractsAt, listOf, listText, removeItem, setCheck, setCondition, setExtract } from './rows';
import { fieldsAt, schemaAt, type Schema } from './schema';
import { parseRule, printRule } from './thresholds';
import { lifecycleLists, planView, repeatAt, scriptAt, stepsAt, transactionsAt, variablesAt } from './view';
import { setConnections, setNamed, setUserLife, setVariables } from './write';

const repo = join(import.meta.dirname, '../../../');
const schema = JSON.parse(readFileSync(join(repo, 'plan/plan.schema.json'), 'utf8')) as Schema;
const example = (name: string) => parsePlan(readFileSync(join(repo, 'examples', name), 'utf8'));

const plan = `version: 1
transactions:
  - name: a
    weight: 3
    steps:
      - name: s
        request:
          method: POST
          url: /a
          query: {page: 1, q: "{{x}}"}  # rows
          headers: [{name: X, value: 1}, {name: X, value: "2", enabled: false, note: twice}]
          json: {b: 1.10, "1": {{v}} }
        extract:
          - {name: t, json: $.t}  # token
          - {name: r, regex: 'a(b)', group: 1, default: none}
        check:
          - {status: [2xx, 404]}
          - {size: {ge: 10, lt: 20}}
          - {json: $.a, count: {ge: 1}, equals: "5", warn: true}
  - {name: b, weight: 1, steps: []}
  - {name: c, enabled: false}
load: {users: 5, spawn_rate: 1, duration: 1m}  # soft
`.replace('{{v}}', '"{{v}}"');
const step: Path = ['transactions', 0, 'steps', 0];
const request: Path = [...step, 'request'];

function diff(a: PlanDocument, b: PlanDocument): string[] {
  expect(b.problems).toEqual([]);
  const [x, y] = [a.text.split('\n'), b.text.split('\n')];
  return [...x.filter((l) => !y.includes(l)).map((l) => `-${l.trim()}`), ...y.filter((l) => !x.includes(l)).map((l) => `+${l.trim()}`)];
}

describe('pairs', () => {
  const doc = parsePlan(plan);
  const query = [...request, 'query'];
  const row = (name: string, value: string, more: Partial<Pair> = {}): Pair => ({ name, value, enabled: true, note: '', ...more });

  it('writes nothing where nothing changed', () => {
    for (const path of [query, [...request, 'headers']]) expect(setPairs(doc, path, pairsAt(doc, path))).toBe(doc);
  });

  it('stays a map while it can', () => {
    expect(diff(doc, setPairs(doc, query, [row('page', '2'), row('q', '{{x}}'), row('new', '{{y}}'), row('', '')]))).toEqual([
      '-query: {page: 1, q: "{{x}}"}  # rows', '+query: {page: 2, q: "{{x}}", new: "{{y}}"}  # rows',
    ]);
  });

  it('becomes a list for duplicates, notes and switched off rows', () => {
    const next = setPairs(doc, query, [row('page', '1'), row('page', '2', { enabled: false, note: 'n' })]);
    expect(next.get(query)).toEqual([{ name: 'page', value: 1 }, { name: 'page', value: 2, enabled: false, note: 'n' }]);
  });

  it('stays a list, and goes with its last row', () => {
    const headers = [...request, 'headers'];
    const next = setPairs(doc, headers, [row('X', '1')]);
    expect(next.get(headers)).toEqual([{ name: 'X', value: 1 }]);
    expect(setPairs(next, headers, []).get(headers)).toBeUndefined();
    expect(setPairs(doc, headers, pairsAt(doc, headers).map((p) => ({ ...p, drop: true }))).get([...headers, 0, 'value'])).toBeNull();
  });

  it('is edited as lines', () => {
    const rows = pairsAt(doc, [...request, 'headers']);
    expect(linesOf(rows)).toBe('X: 1\n# X: 2');
    expect(pairsOf(linesOf(rows), rows)).toEqual(rows);
    expect(pairsOf('a\n\n#b:c:d')).toEqual([row('a', ''), row('b', 'c:d', { enabled: false })]);
  });
});

describe('requests', () => {
  const doc = parsePlan(plan);
  it('keeps JSON as it is', () => {
    const body = bodyAt(doc, request);
    expect(body.json).toBe('{\n  "b": 1.10,\n  "1": "{{v}}"\n}');
    expect(setJsonBody(doc, request, body.json).doc).toBe(doc);
    const next = setJsonBody(doc, request, '{"z": {{v}}, "b": 1.100}').doc;
    expect(next.json([...request, 'json'], 0)).toBe('{"z": "{{v}}", "b": 1.100}');
    expect(setJsonBody(doc, request, '{"a": }').problem).toMatchObject({ offset: 6 });
    expect(parseJson('{"a": 1, "a": 2}').problem).toBeDefined();
    expect(parseJson('[1,]').problem).toBeDefined();
  });

  it('changes the kind of body and back', () => {
    let next = doc;
    for (const kind of ['form', 'multipart', 'text', 'file', 'none', 'json'] as const) {
      next = setBodyKind(next, request, kind);
      expect(bodyAt(next, request).kind).toBe(kind);
      expect(next.scalar([...request, 'url'])).toBe('/a');
    }
    next = setBody(next, request, { kind: 'text', text: '<a/>', type: 'text/xml' });
    expect(bodyAt(next, request)).toMatchObject({ kind: 'text', text: '<a/>', type: 'text/xml' });
  });

  it('writes auth, timeouts and whole requests', () => {
    let next = setAuth(doc, request, { kind: 'bearer', token: '{{t}}' });
    expect(authAt(next, request)).toMatchObject({ kind: 'bearer', token: '{{t}}' });
    next = setAuth(next, request, { kind: 'basic', user: 'u', password: 'p' });
    expect(authAt(next, request)).toMatchObject({ kind: 'basic', user: 'u', password: 'p' });
    expect(setAuth(next, request, { kind: 'inherit' }).text).toBe(doc.text);
    next = setTimeout(doc, request, { whole: true, connect: '', firstByte: '', total: '5s' });
    expect(next.get([...request, 'timeout'])).toBe('5s');
    next = setTimeout(next, request, { whole: false, connect: '1s', firstByte: '', total: '5s' });
    expect(next.get([...request, 'timeout'])).toEqual({ connect: '1s', total: '5s' });
    expect(networkAt(next, request).timeout).toEqual({ whole: false, connect: '1s', firstByte: '', total: '5s' });
    const made = setRequest(doc, [...step, 'request'], { method: 'PUT', url: '/b', body: { kind: 'none' }, headers: [], query: [] });
    expect(made.get(request)).toEqual({ method: 'PUT', url: '/b' });
    const first = setRequest(parsePlan('version: 1\n'), ['transactions', 0, 'steps', 0, 'request'], { method: 'GET', url: '/x', query: [], headers: [], body: { kind: 'none' } });
    expect(first.get(['transactions', 0, 'steps', 0, 'request'])).toEqual({ url: '/x' });
  });
});

describe('rows', () => {
  it('writes back what it read without a change', () => {
    for (const name of ['checks.yaml', 'bodies.yaml', 'flow.yaml', 'shop.yaml']) {
      const doc = example(name);
      const walk = (at: Path): void => {
        extractsAt(doc, at).forEach((row, i) => expect(setExtract(doc, at, i, row).text).toBe(doc.text));
        checksAt(doc, at).forEach((row, i) => expect(setCheck(doc, at, i, row).get([...at, 'check', i])).toEqual(doc.get([...at, 'check', i])));
        for (const list of ['steps', 'else']) for (let i = 0; i < doc.size([...at, list]); i++) walk([...at, list, i]);
      };
      for (let i = 0; i < doc.size(['transactions']); i++) walk(['transactions', i]);
    }
  });

  it('changes one thing in one line', () => {
    const doc = parsePlan(plan);
    const [first] = extractsAt(doc, step);
    expect(diff(doc, setExtract(doc, step, 0, { ...first!, expression: '$.u', pick: 'all' }))).toEqual(['-- {name: t, json: $.t}  # token', '+- {name: t, json: $.u, pick: all}  # token']);
    const [status, size, json] = checksAt(doc, step);
    expect(status).toMatchObject({ subject: 'status', tests: [{ operator: 'in', value: '2xx, 404' }] });
    expect(size?.tests).toEqual([{ operator: 'ge', value: '10', count: false }, { operator: 'lt', value: '20', count: false }]);
    expect(json).toMatchObject({ expression: '$.a', warn: true, tests: [{ operator: 'equals', value: '5' }, { operator: 'ge', value: '1', count: true }] });
    expect(diff(doc, setCheck(doc, step, 1, { ...size!, tests: [{ operator: 'ge', value: '11', count: false }] }))).toEqual(['-- {size: {ge: 10, lt: 20}}', '+- {size: {ge: 11}}']);
    expect(setCheck(doc, step, 3, { subject: 'body', expression: '', warn: false, tests: [{ operator: 'contains', value: 'x', count: false }] }).get([...step, 'check', 3])).toEqual({ body: { contains: 'x' } });
    expect(removeItem(removeItem(doc, [...step, 'extract'], 0), [...step, 'extract'], 0).get([...step, 'extract'])).toBeUndefined();
  });

  it('reads and writes lists of values', () => {
    const doc = parsePlan('a: [1, "2", x y, "a,b", true, ""]\n');
    expect(listText(doc, ['a'])).toBe('1, "2", x y, "a,b", true, ""');
    expect(doc.set(['a'], listOf(listText(doc, ['a'])))).toBe(doc);
    const flow = example('flow.yaml');
    const at: Path = ['transactions', 1, 'steps', 2, 'if'];
    expect(setCondition(flow, at, conditionAt(flow, at))).toBe(flow);
  });
});

describe('loads', () => {
  it('writes back what it read without a change', () => {
    for (const name of ['shop.yaml', 'stages.yaml', 'arrivals-ramp.yaml', 'network.yaml', 'flow.yaml', 'each-user-once.yaml']) {
      const doc = example(name);
      const load = loadAt(doc, ['load']);
      if (load) expect(setLoad(doc, ['load'], load).text).toBe(doc.text);
      for (const s of scenariosAt(doc)) {
        if (s.load) expect(setLoad(doc, s.load.path, s.load).text).toBe(doc.text);
        expect(setScenarioTransactions(doc, s.path, s.transactions).text).toBe(doc.text);
      }
    }
  });

  it('changes its form', () => {
    const doc = parsePlan(plan);
    const load = loadAt(doc, ['load'])!;
    let next = setLoad(doc, ['load'], { ...load, form: 'stages', stages: [{ name: 'up', jump: false, level: '5', duration: '10s' }, { name: '', jump: true, level: '9', duration: '' }] });
    expect(next.get(['load'])).toEqual({ stages: [{ name: 'up', target: 5, duration: '10s' }, { jump: 9 }] });
    next = setLoad(next, ['load'], { ...load, form: 'arrivals', model: 'arrivals', rate: '20', duration: '5s', maxUsers: '40' });
    expect(next.get(['load'])).toEqual({ arrivals: { rate: 20, duration: '5s', max_users: 40 } });
    expect(next.text).toContain('# soft');
    next = setLoad(parsePlan('version: 1\n'), ['load'], load);
    expect(next.text).toBe('version: 1\nload: {users: 5, spawn_rate: 1, duration: 1m}\n');
  });
});

it('takes rules apart and puts them together', () => {
  for (const rule of ['p95 < 200ms', 'p99(buy) < 1s', 'p99 scheduled (search) < 300ms', 'failures(login) < 5% over 10s after 30s abort', 'p95(a < b) >= 1s', 'rps > 5', 'min(cart_size) > 0', 'failures(browse / list items) <= 1%']) {
    expect(printRule(parseRule(rule)!)).toBe(rule);
  }
  for (const rule of ['', 'p95', 'p95 <', 'p95() < 1s', 'p95 < 1s soon', 'p95 < 1s over', 'a b < 1']) expect(parseRule(rule)).toBeUndefined();
});

it('shares weights out', () => {
  expect(transactionsAt(parsePlan(plan)).map((t) => t.share)).toEqual([0.75, 0.25, 0]);
});

it('writes variables and settings', () => {
  const doc = parsePlan('version: 1\nuser_life: run\nvariables: {a: 1, b: x}\n');
  expect(setUserLife(doc, { word: '', iterations: '20', after: '' }).get(['user_life'])).toEqual({ iterations: 20 });
  expect(setConnections(doc, 'user', '30s').get(['connections'])).toEqual({ mode: 'user', idle: '30s' });
  const variables = [{ name: 'a', value: '[1, {"c": 2}]' }, { name: 'b', value: '{{$uuid}}' }];
  expect(setVariables(doc, ['variables'], variables).get(['variables'])).toEqual({ a: [1, { c: 2 }], b: '{{$uuid}}' });
  expect(setNamed(doc, ['run', 'tags'], [{ name: 't', value: '12' }, { name: '', value: '' }]).get(['run', 'tags'])).toEqual({ t: 12 });
});

// Everything that a plan may say is in a view, or named here as left to the list of all fields.
const generic = new Set<string>([]);

describe('the schema', () => {
  /** All places of the schema, one alternative after the other, recursion cut. */
  function* places(s: Schema, path: Path, seen: readonly string[]): Generator<[Path, Schema]> {
    if (s.$ref) {
      const name = s.$ref.replace('#/$defs/', '');
      if (seen.filter((n) => n === name).length >= (name === 'Step' ? 2 : 1)) return;
      yield* places(schema.$defs?.[name] ?? {}, path, [...seen, name]);
    } else if (s.anyOf) for (const one of s.anyOf) yield* places(one, path, seen);
    else if (s.properties) for (const [key, value] of Object.entries(s.properties)) yield* places(value, [...path, key], seen);
    else if (s.items && (s.items.$ref || s.items.properties)) yield* places(s.items, [...path, 0], seen);
    else if (s.items) yield [[...path, 0], s.items];
    else if (typeof s.additionalProperties === 'object') yield* places(s.additionalProperties, [...path, 'some'], seen);
    else yield [path, s];
  }

  function everything(doc: PlanDocument): string {
    const steps: unknown[] = [];
    const walk = (list: Path) => {
      steps.push(stepsAt(doc, list));
      for (let i = 0; i < doc.size(list); i++) {
        const at = (...keys: string[]): Path => [...list, i, ...keys];
        steps.push(variablesAt(doc, at('set')), extractsAt(doc, at()), checksAt(doc, at()), doc.scalar(at('think')), doc.scalar(at('on_failure')), scriptAt(doc, at()));
        if (doc.get(at('request')) !== undefined) steps.push(requestAt(doc, at('request')));
        if (doc.get(at('repeat')) !== undefined) steps.push(repeatAt(doc, at('repeat')));
        if (doc.get(at('if')) !== undefined) steps.push(conditionAt(doc, at('if')));
        walk([...list, i, 'steps']);
        walk([...list, i, 'else']);
      }
    };
    for (const list of [['setup'], ['user_start'], ['user_stop'], ['teardown'], ['blocks', 'some'], ['transactions', 0, 'steps']]) walk(list);
    const defaults: Path = ['defaults'];
    return JSON.stringify([planView(doc), steps, loadAt(doc, ['load']), scenariosAt(doc), networkAt(doc, defaults), authAt(doc, defaults), pairsAt(doc, ['defaults', 'headers']), doc.scalar(['defaults', 'think'])]);
  }

  const samples: Record<string, unknown> = { enabled: false, exists: false, times: '7', pick: 'last' };
  // Steps are the same in every list.
  const isStep = (path: Path) => path.filter((key) => key === 'steps' || key === 'else').length > (path[0] === 'transactions' ? 1 : 0) || lifecycleLists.some((list) => list === path[0]) || path[0] === 'blocks';
  const all = [...places(schema, [], [])].filter(([path]) => path[0] !== 'version' && (!isStep(path) || path.at(-1) === 'name'));
  it('has all its fields in views', () => {
    expect(all.length).toBeGreaterThan(250);
    const missing: string[] = [];
    for (const [path, s] of all) {
      const name = path.join('.');
      // What makes the place what it is, so that a view looks at it.
      let base = parsePlan('version: 1\n');
      if (path.at(-2) === 'repeat' || path.at(-3) === 'until') base = base.set([...path.slice(0, path.lastIndexOf('repeat')), 'repeat', 'until', 'var'], 'v');
      const check = path.indexOf('check');
      if (check > 0 && !checkSubjects.some((subject) => subject === path[check + 2])) base = base.set([...path.slice(0, check + 2), 'json'], '$.a');
      // And that the map of the field is there, so that only the field makes a difference.
      const group = path.findLastIndex((key) => typeof key === 'number') === path.length - 1 ? path.slice(0, -2) : path.slice(0, -1);
      if (group.length > 0) base = base.set([...group, 'zzz'], 'x');
      const value = s.enum?.at(-1) ?? samples[String(path.at(-1))] ?? (s.type === 'boolean' ? true : s.type === 'integer' || s.type === 'number' ? 42 : 'sample42');
      const next = base.set(path, value);
      if (next === base || everything(next) === everything(base)) missing.push(name);
    }
    expect(missing.filter((name) => !generic.has(name))).toEqual([]);
  }, 60_000);

  it('lists the fields at any path', () => {
    const doc = parsePlan(plan);
    const fields = fieldsAt(schema, doc, request);
    expect(fields.map((f) => f.name)).toContain('max_response_body');
    expect(fields.find((f) => f.name === 'timeout')?.types).toEqual(['duration', 'group']);
    expect(fields.find((f) => f.name === 'method')).toMatchObject({ value: 'POST', standard: 'GET', types: ['text'] });
    expect(fieldsAt(schema, doc, []).find((f) => f.name === 'cookies')).toMatchObject({ types: ['enum'], options: ['user', 'shared', 'none'], value: undefined });
    expect(fieldsAt(schema, doc, [...step, 'check', 1, 'size']).map((f) => f.name)).toContain('between');
    expect(schemaAt(schema, ['nothing'])).toBeUndefined();
    expect(requestAt(doc, request).method).toBe('POST');
  });
});
