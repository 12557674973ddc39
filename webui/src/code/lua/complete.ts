import type { LuaApi, LuaFunction } from '@/api/types';
import { keysOf, openCall } from './call';
import { globalsOf, localsAt, type Holds, type LocalName } from './parse';

export type Place = 'plan' | 'transaction' | 'step' | 'library' | 'test';

export interface Suggestion {
  label: string;
  kind: 'function' | 'method' | 'variable' | 'library' | 'hook' | 'keyword' | 'value';
  signature: string;
  doc: string;
  /** A template of CodeMirror's snippets, instead of the label. */
  template?: string;
  /** Higher comes first. */
  rank: number;
}

export interface Suggestions {
  /** Where the word that is completed begins. */
  from: number;
  list: Suggestion[];
  /** The place is in quotes: what is proposed is a text. */
  quoted?: boolean;
}

export interface Knowledge {
  api: LuaApi;
  variables?: readonly string[];
  place: Place;
}

const KEYWORDS = [
  'and', 'break', 'do', 'else', 'elseif', 'end', 'false', 'for', 'function', 'goto', 'if', 'in', 'local', 'nil', 'not', 'or', 'repeat',
  'return', 'then', 'true', 'until', 'while',
];

/** Hooks by the place of the script; those of no list may stand anywhere. */
const PLACES: Record<string, Place[]> = {
  before: ['plan', 'transaction', 'step'], after: ['plan', 'transaction', 'step'],
  transaction: ['transaction'], begin: ['transaction'], finish: ['transaction'],
  setup: ['plan'], teardown: ['plan'], user_start: ['plan'], user_stop: ['plan'],
};

const MEMBER = /([A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)*)([.:])([A-Za-z_]\w*)?$/;
/** A call, and calls on what it returns: expect(res):status(200):o */
const CALLED = /([A-Za-z_]\w*)\([^()]*\)(?:\s*:\w+\([^()]*\))*:(\w*)$/;
const REQUIRE = /\brequire\s*\(?\s*["']([\w./-]*)$/;

function suggestion(f: LuaFunction, label: string, rank: number): Suggestion {
  const kind = f.kind === 'hook' ? 'hook' : f.kind;
  return { label, kind, signature: f.signature, doc: f.doc, rank };
}

function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':')) + 1);
}

/** Functions of a library; with a colon the words of what calling it returns, as in expect(res):ok(). */
function membersOfLibrary(api: LuaApi, library: string, colon: boolean): Suggestion[] {
  const functions = api.libraries.find((l) => l.name === library)?.functions ?? [];
  return functions.filter((f) => f.name.includes(':') === colon && f.name !== library).map((f) => suggestion(f, lastPart(f.name), 2));
}

/** What follows chain in the names of the API: for "res" the json of res:json. */
function membersOfObject(api: LuaApi, chain: string, colon: boolean): Suggestion[] {
  const members = new Map<string, Suggestion>();
  for (const f of api.functions) {
    const rest = f.name.startsWith(chain) ? f.name.slice(chain.length) : '';
    const [, separator, label, more] = /^([.:])([A-Za-z_]\w*)(.*)$/.exec(rest) ?? [];
    if (!separator || !label || (colon && separator !== ':')) continue;
    if (more === '') members.set(label, suggestion(f, label, 2));
    else if (!members.has(label)) members.set(label, { label, kind: 'value', signature: '', doc: '', rank: 1 });
  }
  return [...members.values()];
}

const HOOK = /\bfunction\s+([a-z_]+)\s*\(([^()]*)\)/g;

/** Local names at the end of head; the parameters of a hook hold what the hook is given, whatever they are called. */
function namesAt(head: string, api: LuaApi): LocalName[] {
  const locals = localsAt(head);
  const [, name, given = ''] = [...head.matchAll(HOOK)].at(-1) ?? [];
  const hook = api.hooks.find((h) => h.name === name);
  if (!hook) return locals;
  const objects = (/\(([^()]*)\)/.exec(hook.signature)?.[1] ?? '').split(/\s*,\s*/);
  const parameters = given.trim().split(/\s*,\s*/);
  return locals.map((local) => {
    const object = objects[parameters.indexOf(local.name)];
    const known = object !== undefined && api.functions.some((f) => f.name.startsWith(`${object}.`));
    return known && !local.holds ? { ...local, holds: { object } } : local;
  });
}

/** Keys of the table that a request of http is given, those of its own signature first. */
function requestKeys(head: string, api: LuaApi, word: string): Suggestion[] {
  const call = openCall(head);
  if (!call?.atKey || !call.name.startsWith('http.')) return [];
  const requests = api.functions.filter((f) => f.name.startsWith('http.'));
  const own = keysOf(requests.find((f) => f.name === call.name)?.signature ?? '');
  const set = new Set(/[^{]*$/.exec(head.slice(call.from, head.length - word.length))?.[0].match(/\w+(?=\s*=)/g) ?? []);
  const all = [...new Set([...own, ...requests.flatMap((f) => keysOf(f.signature))])];
  return all
    .filter((key) => !set.has(key) && (key !== 'method' || own.includes(key)))
    .map((key): Suggestion => ({ label: key, kind: 'value', signature: `${key} = …`, doc: '', template: `${key} = \${}`, rank: own.includes(key) ? 6 : 5 }));
}

function holdsOf(chain: string, locals: readonly LocalName[]): Holds | undefined {
  return locals.find((local) => local.name === chain)?.holds;
}

function members(chain: string, colon: boolean, known: Knowledge, locals: readonly LocalName[]): Suggestion[] {
  const [root = '', ...rest] = chain.split(/([.:])/);
  const holds = holdsOf(root, locals);
  if (holds && 'library' in holds) return rest.length ? [] : membersOfLibrary(known.api, holds.library, colon);
  const full = holds ? holds.object + rest.join('') : chain;
  if (full === 'user.vars' || full === 'vars')
    return (known.variables ?? []).map((name) => ({ label: name, kind: 'variable', signature: `${chain}.${name}`, doc: '', rank: 2 }));
  return membersOfObject(known.api, full, colon);
}

/** The hooks that may stand in a script of that place. */
export function hooksAt(api: LuaApi, place: Place): LuaFunction[] {
  return api.hooks.filter((h) => (PLACES[h.name] ?? [place]).includes(place));
}

export function hookTemplate(hook: LuaFunction): string {
  const head = hook.signature.startsWith('function') ? hook.signature.replace(/\s*end\s*$/, '') : `function ${hook.signature}`;
  return `${head.trim()}\n  \${}\nend`;
}

function words(text: string, known: Knowledge, locals: readonly LocalName[], atLineStart: boolean): Suggestion[] {
  const list: Suggestion[] = locals.map((local) => ({
    label: local.name, kind: 'variable', signature: local.holds ? ('library' in local.holds ? `require("${local.holds.library}")` : local.holds.object) : 'local', doc: '', rank: 4,
  }));
  const taken = new Set(locals.map((local) => local.name));
  const add = (s: Suggestion) => {
    if (!taken.has(s.label)) list.push(s);
    taken.add(s.label);
  };
  if (atLineStart) for (const hook of hooksAt(known.api, known.place)) add({ ...suggestion(hook, hook.name, 3), kind: 'hook', template: hookTemplate(hook) });
  for (const name of globalsOf(text)) add({ label: name, kind: 'variable', signature: 'global', doc: '', rank: 2 });
  if (known.place === 'test') for (const f of known.api.tests ?? []) add(suggestion(f, f.name, 2));
  for (const f of known.api.functions) if (/^\w+$/.test(f.name)) add(suggestion(f, f.name, 1));
  for (const f of known.api.functions) {
    const root = /^\w+/.exec(f.name)?.[0];
    if (root) add({ label: root, kind: 'value', signature: '', doc: '', rank: 1 });
  }
  for (const keyword of KEYWORDS) add({ label: keyword, kind: 'keyword', signature: '', doc: '', rank: 0 });
  return list;
}

/** What can stand at a place of a script; null: nothing to propose. */
export function suggest(text: string, at: number, known: Knowledge): Suggestions | null {
  const head = text.slice(0, at);
  const line = head.slice(head.lastIndexOf('\n') + 1);
  const library = REQUIRE.exec(line);
  if (library) {
    const list = known.api.libraries.map((l): Suggestion => ({ label: l.name, kind: 'library', signature: l.source, doc: l.functions.map((f) => f.signature).join('\n'), rank: 1 }));
    return { from: at - (library[1] ?? '').length, list, quoted: true };
  }
  const called = CALLED.exec(line);
  if (called) {
    const holds = holdsOf(called[1] ?? '', namesAt(head.slice(0, at - called[0].length), known.api));
    return holds && 'library' in holds ? { from: at - (called[2] ?? '').length, list: membersOfLibrary(known.api, holds.library, true) } : null;
  }
  const member = MEMBER.exec(line);
  if (member && !/\d$/.test(line.slice(0, member.index))) {
    const word = member[3] ?? '';
    const [, chain = '', separator] = member;
    const locals = namesAt(head.slice(0, at - word.length - chain.length - 1), known.api);
    return { from: at - word.length, list: members(chain, separator === ':', known, locals) };
  }
  const word = /[A-Za-z_]\w*$/.exec(line)?.[0] ?? '';
  if (/[.:\d]$/.test(line.slice(0, line.length - word.length)) && !line.endsWith('..')) return null;
  const atLineStart = line.trim() === word;
  const keys = requestKeys(head, known.api, word);
  return { from: at - word.length, list: [...keys, ...words(text, known, namesAt(head.slice(0, at - word.length), known.api), atLineStart)] };
}

const CHAIN = /[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)*/g;

export interface Described {
  from: number;
  to: number;
  signature: string;
  doc: string;
}

/** What the API says of the name at a place; null: nothing. */
export function describe(text: string, at: number, known: Knowledge): Described | null {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const stop = text.indexOf('\n', at);
  const line = text.slice(start, stop < 0 ? undefined : stop);
  for (const m of line.matchAll(CHAIN)) {
    const from = start + m.index;
    if (at < from || at > from + m[0].length) continue;
    // Only as far as the part that is pointed at.
    const tail = /^\w*/.exec(m[0].slice(at - from))?.[0].length ?? 0;
    const name = m[0].slice(0, at - from + tail);
    const found = lookUp(name, text.slice(0, from), known);
    return found ? { from, to: from + name.length, signature: found.signature, doc: found.doc } : null;
  }
  return null;
}

function lookUp(name: string, head: string, known: Knowledge): LuaFunction | undefined {
  const parts = /^(\w+)([.:].*)?$/.exec(name);
  const holds = holdsOf(parts?.[1] ?? '', namesAt(head, known.api));
  if (holds && 'library' in holds) {
    const library = known.api.libraries.find((l) => l.name === holds.library);
    return library?.functions.find((f) => lastPart(f.name) === lastPart(name));
  }
  const full = holds ? holds.object + (parts?.[2] ?? '') : name;
  const all = [...known.api.functions, ...known.api.hooks, ...(known.place === 'test' ? (known.api.tests ?? []) : [])];
  return all.find((f) => f.name === full) ?? all.find((f) => f.name.replaceAll(':', '.') === full.replaceAll(':', '.'));
}
