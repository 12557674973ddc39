// The plan as the tree and the forms of the editor show it. Everything is read out of a
// PlanDocument, and everything that writes gives a new one.

import type { Path, PlanDocument } from './types';
import { conditionAt, type Condition } from './rows';
import { tokensOf } from './template';

export type StepKind = 'request' | 'group' | 'repeat' | 'if' | 'use' | 'unknown';

export const lifecycleLists = ['setup', 'user_start', 'user_stop', 'teardown'] as const;
export type LifecycleList = (typeof lifecycleLists)[number];

/** A step in the tree, with the steps in it. */
export interface StepNode {
  path: Path;
  kind: StepKind;
  /** As given; empty: the program names it after method and path. */
  name: string;
  enabled: boolean;
  /** Of a request. */
  method: string;
  url: string;
  /** Name of the group or of the block used, or what repeat and if are about. */
  detail: string;
  hasScript: boolean;
  steps: StepNode[];
  otherwise: StepNode[];
}

export interface TransactionView {
  path: Path;
  name: string;
  enabled: boolean;
  /** As written; empty: 1. */
  weight: string;
  /** Of all that is chosen, 0–1. */
  share: number;
  think: string;
  pace: string;
  onFailure: string;
  script: ScriptView | undefined;
  steps: StepNode[];
}

/** Lua in the plan, or in a file of the workspace. */
export interface ScriptView {
  path: Path;
  kind: 'text' | 'file';
  text: string;
  file: string;
}

export interface DataSourceView {
  path: Path;
  name: string;
  file: string;
  pick: string;
  per: string;
  atEnd: string;
  delimiter: string;
}

export interface VariableView {
  path: Path;
  name: string;
  /** Of a map or list its JSON. */
  value: string;
  composite: boolean;
  quoted: boolean;
}

export interface PlanView {
  version: string;
  name: string;
  description: string;
  baseUrl: string;
  variables: VariableView[];
  cookies: string;
  connections: { mode: string; idle: string };
  userLife: { word: string; iterations: string; after: string };
  onFailure: string;
  data: DataSourceView[];
  files: string[];
  script: ScriptView | undefined;
  blocks: { path: Path; name: string; steps: StepNode[] }[];
  lifecycle: Record<LifecycleList, StepNode[]>;
  transactions: TransactionView[];
  measure: { from: string; to: string };
  /** undefined: the default rule; empty: none. */
  thresholds: string[] | undefined;
  samples: { failures: string; mask: string[] | undefined };
  run: RunView;
}

export interface RunView {
  seed: string;
  luaTimeout: string;
  workers: string;
  labels: { name: string; value: string }[];
  onWorkerLoss: string;
  tagRequests: boolean;
  tags: { name: string; value: string }[];
}

export interface RepeatView {
  kind: 'times' | 'each' | 'until';
  times: string;
  each: string;
  as: string;
  until: Condition;
  every: string;
  within: string;
}

const textAt = (doc: PlanDocument, path: Path) => doc.scalar(path) ?? '';

/** The texts of a list; undefined: there is none. */
export function textsAt(doc: PlanDocument, path: Path): string[] | undefined {
  if (!Array.isArray(doc.get(path))) return undefined;
  return Array.from({ length: doc.size(path) }, (_, i) => textAt(doc, [...path, i]));
}

function namedTexts(doc: PlanDocument, path: Path): { name: string; value: string }[] {
  return doc.keys(path).map((name) => ({ name, value: textAt(doc, [...path, name]) }));
}

export function planView(doc: PlanDocument): PlanView {
  const at = (...path: string[]) => textAt(doc, path);
  return {
    version: at('version'),
    name: at('name'),
    description: at('description'),
    baseUrl: at('base_url'),
    variables: variablesAt(doc, ['variables']),
    cookies: at('cookies'),
    connections: { mode: at('connections') || at('connections', 'mode'), idle: at('connections', 'idle') },
    userLife: { word: at('user_life'), iterations: at('user_life', 'iterations'), after: at('user_life', 'after') },
    onFailure: at('on_failure'),
    data: dataSourcesAt(doc),
    files: textsAt(doc, ['files']) ?? [],
    script: scriptAt(doc, []),
    blocks: doc.keys(['blocks']).map((name) => ({ path: ['blocks', name], name, steps: stepsAt(doc, ['blocks', name]) })),
    lifecycle: { setup: stepsAt(doc, ['setup']), user_start: stepsAt(doc, ['user_start']), user_stop: stepsAt(doc, ['user_stop']), teardown: stepsAt(doc, ['teardown']) },
    transactions: transactionsAt(doc),
    measure: { from: at('measure', 'from'), to: at('measure', 'to') },
    thresholds: textsAt(doc, ['thresholds']),
    samples: { failures: at('samples', 'failures'), mask: textsAt(doc, ['samples', 'mask']) },
    run: runView(doc),
  };
}

function runView(doc: PlanDocument): RunView {
  const at = (...path: string[]) => textAt(doc, ['run', ...path]);
  return {
    seed: at('seed'),
    luaTimeout: at('lua_timeout'),
    workers: at('workers', 'count'),
    labels: namedTexts(doc, ['run', 'workers', 'labels']),
    onWorkerLoss: at('on_worker_loss'),
    tagRequests: at('tag_requests') === 'true',
    tags: namedTexts(doc, ['run', 'tags']),
  };
}

export function transactionsAt(doc: PlanDocument): TransactionView[] {
  const all = Array.from({ length: doc.size(['transactions']) }, (_, i) => transaction(doc, ['transactions', i]));
  const chosen = all.map((t) => (t.enabled ? weightOf(t.weight) : 0));
  const sum = chosen.reduce((a, b) => a + b, 0);
  return all.map((t, i) => ({ ...t, share: sum > 0 ? (chosen[i] ?? 0) / sum : 0 }));
}

function weightOf(text: string): number {
  const weight = text === '' ? 1 : Number(text);
  return Number.isFinite(weight) && weight > 0 ? weight : 0;
}

function transaction(doc: PlanDocument, path: Path): TransactionView {
  const at = (key: string) => textAt(doc, [...path, key]);
  return {
    path,
    name: at('name'),
    enabled: at('enabled') !== 'false',
    weight: at('weight'),
    share: 0,
    think: at('think'),
    pace: at('pace'),
    onFailure: at('on_failure'),
    script: scriptAt(doc, path),
    steps: stepsAt(doc, [...path, 'steps']),
  };
}

/** The script of the plan (path []), of a transaction or of a step. */
export function scriptAt(doc: PlanDocument, path: Path): ScriptView | undefined {
  const at = [...path, 'script'];
  if (doc.get(at) === undefined) return undefined;
  const file = doc.scalar([...at, 'file']);
  return { path: at, kind: file === undefined ? 'text' : 'file', text: textAt(doc, at), file: file ?? '' };
}

export function stepsAt(doc: PlanDocument, list: Path): StepNode[] {
  return Array.from({ length: doc.size(list) }, (_, i) => stepNode(doc, [...list, i]));
}

export function stepKind(doc: PlanDocument, path: Path): StepKind {
  const keys = doc.keys(path);
  return (['group', 'repeat', 'if', 'use', 'request'] as const).find((kind) => keys.includes(kind)) ?? 'unknown';
}

/** What the statistics call a request without a name: the rule of plan/compile_step.go. */
export function defaultName(method: string, url: string): string {
  let text = '';
  let at = 0;
  for (const token of tokensOf(url)) {
    if (token.kind === 'old' || token.kind === 'broken') continue;
    text += url.slice(at, token.from) + (token.kind === 'literal' ? token.name : `{${token.name.replace(/^\$/, '')}}`);
    at = token.to;
  }
  text += url.slice(at);
  const path = text.replace(/^.*?:\/\/[^/]*\/?/s, '/').replace(/[?#].*$/s, '').replace(/^[^/]+(?=\/)/, '');
  return `${(method || 'GET').toUpperCase()} ${path.split('/').map((part) => (isId(part) ? '{id}' : part)).join('/')}`;
}

/** A number or a UUID. */
function isId(part: string): boolean {
  return /^[0-9]+$/.test(part) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(part);
}

function stepNode(doc: PlanDocument, path: Path): StepNode {
  const at = (...keys: string[]) => textAt(doc, [...path, ...keys]);
  const kind = stepKind(doc, path);
  return {
    path,
    kind,
    name: at('name'),
    enabled: at('enabled') !== 'false',
    method: kind === 'request' ? at('request', 'method') || 'GET' : '',
    url: kind === 'request' ? at('request', 'url') : '',
    detail: kind === 'group' || kind === 'use' ? at(kind) : kind === 'if' ? at('if', 'var') : at('repeat', 'times') || at('repeat', 'each') || at('repeat', 'until', 'var'),
    hasScript: doc.get([...path, 'script']) !== undefined,
    steps: stepsAt(doc, [...path, 'steps']),
    otherwise: stepsAt(doc, [...path, 'else']),
  };
}

export function repeatAt(doc: PlanDocument, path: Path): RepeatView {
  const at = (key: string) => textAt(doc, [...path, key]);
  const keys = doc.keys(path);
  return {
    kind: keys.includes('until') ? 'until' : keys.includes('each') ? 'each' : 'times',
    times: at('times'),
    each: at('each'),
    as: at('as'),
    until: conditionAt(doc, [...path, 'until']),
    every: at('every'),
    within: at('within'),
  };
}

export function variablesAt(doc: PlanDocument, path: Path): VariableView[] {
  return doc.keys(path).map((name) => {
    const at = [...path, name];
    const text = doc.scalar(at);
    return { path: at, name, value: text ?? doc.json(at, 0) ?? '', composite: text === undefined, quoted: doc.quoted(at) };
  });
}

export function dataSourcesAt(doc: PlanDocument): DataSourceView[] {
  return doc.keys(['data']).map((name) => {
    const path: Path = ['data', name];
    const at = (key: string) => textAt(doc, [...path, key]);
    return { path, name, file: at('file'), pick: at('pick'), per: at('per'), atEnd: at('at_end'), delimiter: at('delimiter') };
  });
}
