import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parsePlan, type Path } from './index';
import { parseTree, parseWhole } from './tree';

// Plans written in every way: blocks and braces, quotes, comments, indentations, line ends.

type Data = string | number | boolean | null | Data[] | { [key: string]: Data };

const key = fc.constantFrom('a', 'b', 'name', 'url', 'steps', 'x-y', 'k k', '404', '{{q}}', 'é');
const text = fc.oneof(
  fc.constantFrom('', 'x', 'true', '10', '1.10', '{{x}}', 'a: b', '# no', '- x', "it's", '"q"', ' lead', 'trail ', 'two\nlines', 'two\nlines\n', '\n', '  deep\nless\n', 'null', '~', 'yes', '=', '<<', '&a', '*b', '!t', '%', '@', '`', 'a, b', '[x]', 'ünï 你好', 'tab\there', '\u0007', 'c:\\x', '?', '-', 'a #b', 'x:', '🎈', '\r\n'),
  fc.string({ maxLength: 6 }),
);
const leaf: fc.Arbitrary<Data> = fc.oneof(text, fc.integer({ min: -5, max: 1000 }), fc.boolean(), fc.constant(null));
const data: fc.Arbitrary<Data> = fc.letrec<{ data: Data; map: Data }>((tie) => ({
  data: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, fc.array(tie('data'), { maxLength: 4 }), tie('map')),
  map: fc.dictionary(key, tie('data'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<Data>,
})).data;
const plan = fc.dictionary(key, data, { minKeys: 1, maxKeys: 5, noNullPrototype: true });

interface Pen {
  choose(n: number): number;
  width: number;
  dashes: boolean;
  comments: number;
}

const plainWord = /^[a-z][a-z]*$/;

function scalarText(pen: Pen, v: Data): string {
  if (typeof v !== 'string') return String(v);
  if (plainWord.test(v) && !['true', 'null', 'yes'].includes(v) && pen.choose(2) === 0) return v;
  const single = !/[^\x20-\x7e]/.test(v) && pen.choose(3) === 0;
  return single ? `'${v.replaceAll("'", "''")}'` : JSON.stringify(v).replace(/\u007f/g, '\\u007f');
}

function flowText(pen: Pen, v: Data): string {
  if (Array.isArray(v)) return `[${v.map((x) => flowText(pen, x)).join(', ')}]`;
  if (typeof v === 'object' && v !== null) return `{${Object.entries(v).map(([k, x]) => `${JSON.stringify(k)}: ${flowText(pen, x)}`).join(pen.choose(2) ? ', ' : ',  ')}}`;
  return scalarText(pen, v);
}

function note(pen: Pen): string {
  return pen.choose(4) === 0 ? `  # c${pen.comments++}` : '';
}

function above(pen: Pen, column: number): string {
  const kind = pen.choose(6);
  const comment = `${' '.repeat(column)}# c${pen.comments}\n`;
  if (kind > 1) return '';
  pen.comments++;
  return kind === 0 ? comment : `\n${comment}`;
}

function isMap(v: Data): v is { [key: string]: Data } {
  return typeof v === 'object' && v !== null && !Array.isArray(v);
}

function blockText(pen: Pen, v: Data, column: number, compact: boolean): string {
  const pad = ' '.repeat(column);
  const lines: string[] = [];
  const entries: [string | undefined, Data][] = Array.isArray(v) ? v.map((x) => [undefined, x]) : Object.entries(v as object);
  entries.forEach(([k, x], i) => {
    const first = compact && i === 0;
    lines.push(first ? '' : above(pen, column) + pad);
    if (k === undefined) lines.push(`-${valueText(pen, x, column, true)}`);
    else lines.push(`${plainWord.test(k) ? k : JSON.stringify(k)}:${valueText(pen, x, column, false)}`);
  });
  return lines.join('');
}

function valueText(pen: Pen, v: Data, column: number, item: boolean): string {
  const group = typeof v === 'object' && v !== null;
  if (v === null && pen.choose(2) === 0) return `${note(pen)}\n`;
  if (typeof v === 'string' && /^[a-z]+\n[a-z]+\n?$/.test(v) && pen.choose(2) === 0) {
    const pad = ' '.repeat(column + pen.width);
    return ` |${v.endsWith('\n') ? '' : '-'}${note(pen)}\n${v.replace(/\n$/, '').split('\n').map((l) => pad + l).join('\n')}\n`;
  }
  if (!group || Object.keys(v).length === 0 || pen.choose(3) === 0) return ` ${flowText(pen, v)}${note(pen)}\n`;
  if (item && isMap(v)) return ` ${blockText(pen, v, column + 2, true)}`;
  const inner = !item && Array.isArray(v) && !pen.dashes ? column : column + pen.width;
  return `${note(pen)}\n${blockText(pen, v, inner, false)}`;
}

function written(v: Data, seeds: number[], crlf: boolean): string {
  let at = 0;
  const pen: Pen = { choose: (n) => (seeds[at++ % seeds.length] ?? 0) % n, width: [2, 4, 3][(seeds[0] ?? 0) % 3] ?? 2, dashes: (seeds[1] ?? 0) % 2 === 0, comments: 0 };
  const out = `# head\n${blockText(pen, v, 0, false)}${pen.choose(2) ? '# end\n' : ''}`;
  return crlf ? out.replaceAll('\n', '\r\n') : out;
}

const comments = (t: string) => [...t.matchAll(/# (c\d+|head|end)/g)].map((m) => m[1] ?? '').sort();

function pathsOf(v: Data, path: Path = []): Path[] {
  if (typeof v !== 'object' || v === null) return [path];
  const kids = Array.isArray(v) ? v.flatMap((x, i) => pathsOf(x, [...path, i])) : Object.entries(v).flatMap(([k, x]) => pathsOf(x, [...path, k]));
  return [path, ...kids];
}

function at(root: Data, path: Path): Data {
  return path.reduce<Data>((v, k) => (v as Record<string | number, Data>)[k] as Data, root);
}

/** Keys of integers come first in objects, so order is compared by the document itself. */
function same(a: unknown, b: unknown): void {
  expect(a).toEqual(b);
}

const edit = fc.record({ kind: fc.constantFrom('set', 'set', 'add', 'remove', 'insert', 'move', 'duplicate', 'rename'), where: fc.nat(), index: fc.nat(), value: data, key });
const seeds = fc.array(fc.nat(1000), { minLength: 20, maxLength: 80 });

it('reads after every edit as what the edit means, with all comments', () => {
  fc.assert(
    fc.property(plan, seeds, fc.boolean(), fc.array(edit, { maxLength: 6 }), (root, choices, crlf, edits) => {
      let doc = parsePlan(written(root as Data, choices, crlf));
      expect(doc.problems).toEqual([]);
      let model = structuredClone(root) as Data;
      same(doc.get([]), model);
      let tree = parseTree(doc.text, undefined, 0);
      for (const e of edits) {
        const all = pathsOf(model);
        const path = all[e.where % all.length] as Path;
        const was = at(model, path);
        const before = comments(doc.text);
        let kept = true;
        const parent = path.slice(0, -1);
        const last = path.at(-1);
        const holder = at(model, parent) as Record<string | number, Data> & Data[];
        if (e.kind === 'set' && last !== undefined) {
          // A map or list that is written anew takes its own comments along.
          kept = typeof was !== 'object' || was === null;
          doc = doc.set(path, e.value);
          holder[last] = structuredClone(e.value);
        } else if (e.kind === 'add' && isMap(was) && !(e.key in was)) {
          doc = doc.set([...path, e.key], e.value);
          was[e.key] = structuredClone(e.value);
        } else if (e.kind === 'insert' && Array.isArray(was)) {
          const i = e.index % (was.length + 1);
          doc = doc.insert(path, i, e.value);
          was.splice(i, 0, structuredClone(e.value));
        } else if (e.kind === 'move' && Array.isArray(was) && was.length > 1) {
          const [from, to] = [e.index % was.length, e.where % was.length];
          doc = doc.move(path, from, to);
          was.splice(to, 0, ...was.splice(from, 1));
        } else if (e.kind === 'duplicate' && Array.isArray(was) && was.length > 0) {
          const i = e.index % was.length;
          kept = false;
          doc = doc.duplicate(path, i);
          for (const c of new Set(before)) expect(comments(doc.text)).toContain(c);
          was.splice(i + 1, 0, structuredClone(was[i] as Data));
        } else if (e.kind === 'rename' && last !== undefined && isMap(holder) && !(e.key in holder)) {
          doc = doc.rename(path, e.key);
          const entries = Object.entries(holder).map(([k, v]): [string, Data] => [k === last ? e.key : k, v]);
          for (const k of Object.keys(holder)) delete holder[k];
          for (const [k, v] of entries) holder[k] = v;
        } else if (e.kind === 'remove' && last !== undefined) {
          kept = false;
          doc = doc.set(path, undefined);
          let n = path.length;
          const remove = (): void => {
            const group = at(model, path.slice(0, n - 1)) as Record<string | number, Data> & Data[];
            const k = path[n - 1] as string | number;
            if (Array.isArray(group)) {
              group.splice(Number(k), 1);
              return;
            }
            delete group[k];
            const owner = n > 1 ? at(model, path.slice(0, n - 2)) : [];
            if (Object.keys(group).length === 0 && n > 1 && !Array.isArray(owner)) {
              n--;
              remove();
            }
          };
          remove();
        }
        expect(doc.problems).toEqual([]);
        same(doc.get([]), model);
        // In the smallest pieces, most of them known from before, it is the same as the whole.
        tree = parseTree(doc.text, tree.pieces, 0);
        expect(tree.root).toEqual(parseWhole(doc.text).root);
        if (kept) expect(comments(doc.text)).toEqual(before);
        if (crlf) expect(doc.text.replaceAll('\r\n', '')).not.toContain('\n');
      }
    }),
    { numRuns: Number(process.env.PLAN_RUNS ?? 400) },
  );
}, 60_000);

it('changes only the line of a value that stays in one line', () => {
  fc.assert(
    fc.property(plan, seeds, fc.nat(), text.filter((t) => !t.includes('\n')), (root, choices, where, value) => {
      const doc = parsePlan(written(root as Data, choices, false));
      const leaves = pathsOf(root as Data).filter((p) => p.length > 0 && (typeof at(root as Data, p) !== 'object' || at(root as Data, p) === null));
      if (leaves.length === 0) return;
      const path = leaves[where % leaves.length] as Path;
      if (doc.blockStart(path)) return;
      const next = doc.set(path, value);
      const [a, b] = [doc.text.split('\n'), next.text.split('\n')];
      expect(b).toHaveLength(a.length);
      expect(a.filter((line, i) => line !== b[i]).length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 200 },
  );
}, 60_000);
