import parser, { type LuaNode, type SyntaxFault } from 'luaparse';
import type { Spot } from '../findings';

/** What a name is known to hold: a library, or an object of the API such as "res". */
export type Holds = { library: string } | { object: string };

export interface LocalName {
  name: string;
  holds?: Holds;
}

function faultOf(text: string, version: '5.1' | 'LuaJIT'): SyntaxFault | null {
  try {
    parser.parse(text, { luaVersion: version, comments: false });
    return null;
  } catch (fault) {
    return fault instanceof SyntaxError ? (fault as SyntaxFault) : null;
  }
}

/**
 * What keeps the text from being Lua 5.1 with goto; at most one problem. A text that begins
 * as the body of a function, with a return in the end, is fine as well.
 */
export function syntaxProblems(text: string): Spot[] {
  const fault = faultOf(text, '5.1');
  // goto is no word of 5.1 for this parser.
  if (!fault || (/\bgoto\b/.test(text) && !faultOf(text, 'LuaJIT'))) return [];
  return [{ line: fault.line, col: fault.column + 1, message: fault.message.replace(/^\[\d+:\d+\]\s*/, ''), hint: '', warning: false }];
}

const REQUESTS = /^(get|post|put|patch|delete|head|request)$/;

function field(node: LuaNode | undefined, name: string): LuaNode | undefined {
  const value = node?.[name];
  return value && typeof value === 'object' ? (value as LuaNode) : undefined;
}

function quoted(node: LuaNode | undefined): string | undefined {
  if (node?.type !== 'StringLiteral' || typeof node.raw !== 'string') return undefined;
  return node.raw.replace(/^(\[\[|["'])/, '').replace(/(\]\]|["'])$/, '');
}

/** What the value of an expression is, where its text says it. */
export function holdsOf(value: LuaNode | undefined): Holds | undefined {
  if (!value) return undefined;
  const called = field(value, 'base');
  if (!/Call/.test(value.type) || !called) return undefined;
  if (called.type === 'Identifier' && called.name === 'require') {
    const first = Array.isArray(value.arguments) ? (value.arguments[0] as LuaNode | undefined) : undefined;
    const library = quoted(first ?? field(value, 'argument'));
    return library ? { library: library.replaceAll('/', '.') } : undefined;
  }
  if (called.type !== 'MemberExpression') return undefined;
  const of = field(called, 'base');
  const method = String(field(called, 'identifier')?.name ?? '');
  return of?.type === 'Identifier' && of.name === 'http' && REQUESTS.test(method) ? { object: 'res' } : undefined;
}

const DECLARED = /\blocal\s+(?:function\s+)?([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)|\bfor\s+([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)/g;

/** Names that stand in local and for behind a mistake, where the parser has given up. */
function looseNames(text: string): string[] {
  return [...text.matchAll(DECLARED)].flatMap((m) => (m[1] ?? m[2] ?? '').split(/\s*,\s*/)).filter((name) => name !== '' && name !== 'function');
}

/**
 * Local names that can be seen at the end of head, the innermost first. The parser runs
 * until the text ends within a block: the scopes that are open then are those of the place.
 */
export function localsAt(head: string): LocalName[] {
  const scopes: string[][] = [];
  const held = new Map<string, Holds>();
  let depth = 0;
  let rest = '';
  try {
    parser.parse(head, {
      luaVersion: 'LuaJIT',
      comments: false,
      scope: true,
      onCreateScope: () => void (scopes[depth++] = []),
      // The outermost scope ends with the text, and is what can be seen there.
      onDestroyScope: () => (depth > 1 ? (scopes.length = --depth) : undefined),
      onLocalDeclaration: (name) => void (name.startsWith('::') || scopes[depth - 1]?.push(name)),
      onCreateNode: (node) => {
        if (node.type !== 'LocalStatement' || !Array.isArray(node.variables) || !Array.isArray(node.init)) return;
        const init = node.init as LuaNode[];
        (node.variables as LuaNode[]).forEach((variable, i) => {
          const holds = holdsOf(init[i]);
          if (holds) held.set(String(variable.name), holds);
          else held.delete(String(variable.name));
        });
      },
    });
  } catch (fault) {
    const index = (fault as Partial<SyntaxFault>).index;
    if (typeof index === 'number' && index < head.length - 1) rest = head.slice(head.lastIndexOf('\n', index - 1) + 1);
  }
  const names = [...looseNames(rest).reverse(), ...scopes.reverse().flatMap((scope) => scope.reverse())];
  return [...new Set(names)].map((name) => ({ name, holds: held.get(name) }));
}

/** Functions and names that the script sets as globals. */
export function globalsOf(text: string): string[] {
  const names = new Set<string>();
  for (const m of text.matchAll(/^[ \t]*function\s+([A-Za-z_]\w*)\s*\(/gm)) names.add(m[1] ?? '');
  for (const m of text.matchAll(/^([A-Za-z_]\w*)\s*=[^=]/gm)) names.add(m[1] ?? '');
  return [...names];
}
