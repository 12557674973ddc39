// Which names {{placeholders}} may use at a place of a plan, and where they come from.

import type { Path, PlanDocument } from './types';
import { filters, functions, tokensOf, type Token } from './template';
import { repeatAt, scriptAt } from './view';

export type NameKind = 'variable' | 'extract' | 'set' | 'item' | 'column' | 'environment' | 'secret' | 'script';

export interface KnownName {
  name: string;
  kind: NameKind;
  /** Where the plan gives it its value; undefined: outside of the plan. */
  path: Path | undefined;
  /** The value of a constant; else empty. */
  value: string;
  /** Given only by a step behind the place, or in another transaction: it may be unset there. */
  later: boolean;
  /** The environment that gives it; undefined: none does. */
  environment?: string;
  /** That environment is not the one that is chosen. */
  elsewhere?: boolean;
}

/** An environment of the workspace, and the variables that it gives to plans. */
export interface EnvironmentVariables {
  name: string;
  variables: Readonly<Record<string, string>>;
}

/** What a plan cannot say of itself. */
export interface Surroundings {
  /** Columns of the data sources that are known. */
  columns?: Readonly<Record<string, readonly string[]>>;
  environments?: readonly EnvironmentVariables[];
  /** The one that is chosen; undefined, or the name of none: no environment is. */
  environment?: string;
  secrets?: readonly string[];
}

interface Found extends Omit<KnownName, 'later'> {
  path: Path;
}

/** All names known at path: those of the environment that is chosen first, those of others last. A name may come from several places. */
export function namesAt(doc: PlanDocument, path: Path, around: Surroundings = {}): KnownName[] {
  const constants: KnownName[] = doc.keys(['variables']).map((name) => {
    const at: Path = ['variables', name];
    return { name, kind: 'variable', path: at, value: doc.scalar(at) ?? doc.json(at, 0) ?? '', later: false };
  });
  const columns = doc.keys(['data']).flatMap((source) => (around.columns?.[source] ?? []).map((c): KnownName => ({ name: `${source}.${c}`, kind: 'column', path: ['data', source], value: '', later: false })));
  const isChosen = ({ name }: EnvironmentVariables) => name === around.environment;
  const environments = around.environments ?? [];
  return [
    ...environments.filter(isChosen).flatMap((environment) => namesOf(environment, false)),
    ...constants,
    ...columns,
    ...givenBySteps(doc).map((found) => ({ ...found, later: !comesBefore(found, path) })),
    ...(around.secrets ?? []).map((name): KnownName => ({ name: `secret.${name}`, kind: 'secret', path: undefined, value: '', later: false })),
    ...environments.filter((environment) => !isChosen(environment)).flatMap((environment) => namesOf(environment, true)),
  ];
}

function namesOf({ name: environment, variables }: EnvironmentVariables, elsewhere: boolean): KnownName[] {
  return Object.entries(variables).map(([name, value]) => ({ name, kind: 'environment', path: undefined, value, later: false, environment, elsewhere }));
}

/** How doubtful it is that a name has its value; 0: it has it. */
export function doubtOf({ later, elsewhere = false }: KnownName): number {
  return elsewhere ? 2 : later ? 1 : 0;
}

/** The names that steps give values to, in the order of the plan. */
function givenBySteps(doc: PlanDocument): Found[] {
  const out: Found[] = [];
  const script = (at: Path) => {
    for (const name of namesInScript(scriptAt(doc, at)?.text ?? '')) out.push({ name, kind: 'script', path: [...at, 'script'], value: '' });
  };
  const steps = (list: Path) => {
    for (let i = 0; i < doc.size(list); i++) {
      const at = [...list, i];
      for (const name of doc.keys([...at, 'set'])) out.push({ name, kind: 'set', path: [...at, 'set', name], value: '' });
      const repeat = doc.keys(at).includes('repeat') ? repeatAt(doc, [...at, 'repeat']) : undefined;
      if (repeat && (repeat.as !== '' || repeat.each !== '')) out.push({ name: repeat.as || 'item', kind: 'item', path: [...at, 'repeat'], value: '' });
      for (let k = 0; k < doc.size([...at, 'extract']); k++) {
        const name = doc.scalar([...at, 'extract', k, 'name']);
        if (name) out.push({ name, kind: 'extract', path: [...at, 'extract', k], value: '' });
      }
      script(at);
      steps([...at, 'steps']);
      steps([...at, 'else']);
    }
  };
  script([]);
  for (const list of ['setup', 'user_start']) steps([list]);
  for (const name of doc.keys(['blocks'])) steps(['blocks', name]);
  for (let i = 0; i < doc.size(['transactions']); i++) {
    script(['transactions', i]);
    steps(['transactions', i, 'steps']);
  }
  for (const list of ['user_stop', 'teardown']) steps([list]);
  return out;
}

/** Names that Lua gives to the user's variables, as far as they can be read off. */
function namesInScript(text: string): string[] {
  const found = [...text.matchAll(/\bvars(?:\.([A-Za-z_]\w*)|\[\s*["']([^"'\n]+)["']\s*\])\s*=(?!=)/g)];
  return [...new Set(found.map((m) => m[1] ?? m[2] ?? ''))];
}

const order = ['setup', 'user_start', 'blocks', 'transactions', 'user_stop', 'teardown'];

/** Whether what is found has its value when the step at path begins. */
function comesBefore(found: Found, path: Path): boolean {
  const [part, index] = found.path;
  // What a script or a block gives depends on when it is called.
  if (part === 'script' || part === 'blocks') return true;
  const place = order.indexOf(String(path[0]));
  if (part !== path[0]) return part === 'setup' || (part === 'user_start' && place > 1) || (part === 'transactions' && place > 3);
  if (part === 'transactions' && index !== path[1]) return false;
  for (let i = 0; i < found.path.length; i++) {
    const [a, b] = [found.path[i], path[i]];
    if (a === b) continue;
    if (typeof a === 'number' && typeof b === 'number') return a < b;
    // Of the same step: set and the item of repeat are there before its request.
    if (b === undefined) return found.kind === 'set' || found.kind === 'item';
    return found.kind === 'set' || found.kind === 'item' || (a === 'extract' && b !== 'request' && b !== 'set') || (a === 'script' && b !== 'set');
  }
  return true;
}

export interface Marked extends Token {
  /** What is wrong; undefined: nothing. later: it may be unset; elsewhere: only environments that are not chosen have it; old: {@name@}. */
  problem: 'unknown' | 'later' | 'elsewhere' | 'broken' | 'arguments' | 'filter' | 'old' | undefined;
  known: KnownName | undefined;
}

/** The placeholders of a text with what is known of them. */
export function markedIn(text: string, names: readonly KnownName[], doc?: PlanDocument, around: Surroundings = {}): Marked[] {
  return tokensOf(text).map((token) => {
    const [known] = names.filter((n) => n.name === token.name).sort((a, b) => doubtOf(a) - doubtOf(b));
    return { ...token, known, problem: problemOf(token, known, doc, around) };
  });
}

function problemOf(token: Token, known: KnownName | undefined, doc: PlanDocument | undefined, around: Surroundings): Marked['problem'] {
  if (token.kind === 'old' || token.kind === 'broken') return token.kind;
  if (token.kind === 'literal') return undefined;
  if (token.filters.some((f) => !filters.includes(f))) return 'filter';
  if (token.kind === 'function') {
    const found = functions.find((f) => f.name === token.name);
    if (!found) return 'unknown';
    return token.args.length < found.min || token.args.length > found.max ? 'arguments' : undefined;
  }
  if (token.args.length > 0) return 'arguments';
  if (known) return ([undefined, 'later', 'elsewhere'] as const)[doubtOf(known)];
  const [source = '', column] = token.name.split('.', 2);
  if (column !== undefined && source === 'secret' && !around.secrets) return undefined;
  // Of a source whose file has not been read any column may be there.
  if (column !== undefined && doc?.keys(['data']).includes(source) && !around.columns?.[source]) return undefined;
  return 'unknown';
}
