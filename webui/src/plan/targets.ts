// The rows of the statistics that thresholds can be about, and what a threshold calls them:
// the same rules as plan/target.go.

import type { Path, PlanDocument } from './types';
import { isMetricRule, parseRule, withTarget } from './thresholds';
import { defaultName, lifecycleLists, stepKind } from './view';

export interface Row {
  transaction: string;
  /** Of a step or a group; empty: the row is that of the transaction. */
  step: string;
  group: boolean;
}

/** A row with what of the plan it counts: the transaction, and the step within it. */
interface Counted extends Row {
  on: string[];
  /** What would count in it, but is switched off. */
  off: string[];
}

/** How the transactions of the plan itself are named in rows. */
const LIFECYCLE_NAMES: Record<string, string> = { setup: '(setup)', user_start: '(user start)', user_stop: '(user stop)', teardown: '(teardown)' };

/** A plan of more steps, blocks opened, is refused. */
const MOST_STEPS = 10_000;

/** The rows of a plan, and which of them a target means. */
export class Rows {
  private readonly all = new Map<string, Counted>();
  private readonly byOwner = new Map<string, Counted>();
  private readonly exact = new Map<string, Counted[]>();
  private readonly alone = new Map<string, Counted[]>();
  private left = MOST_STEPS;

  constructor(private readonly doc: PlanDocument) {
    for (let i = 0; i < doc.size(['transactions']); i++) {
      this.transaction(doc.scalar(['transactions', i, 'name']) ?? '', `${i}`, ['transactions', i, 'steps']);
    }
    for (const list of lifecycleLists) this.transaction(LIFECYCLE_NAMES[list] ?? list, list, [list]);
    for (const row of this.all.values()) {
      const name = targetOf(row);
      this.exact.set(name, [...(this.exact.get(name) ?? []), row]);
      if (row.step !== '') this.alone.set(row.step, [...(this.alone.get(row.step) ?? []), row]);
    }
  }

  /** Those that count something: transactions in the order of the plan, each with its steps, then what is played around them. */
  list(): Row[] {
    return [...this.all.values()].filter((row) => row.on.length > 0);
  }

  /** How a rule names the row: by its step alone where that says enough. */
  shortest(row: Row): string {
    return row.step !== '' && this.means(row.step)?.step === row.step ? row.step : targetOf(row);
  }

  /** The row that a target is about; undefined: there is none, or it may be any of several. */
  means(target: string): Counted | undefined {
    const found = this.found(target);
    return found.length === 1 ? found[0] : undefined;
  }

  /** What a target may be about; of what is switched off only where nothing else is called so. */
  found(target: string): Counted[] {
    const name = target.replace(/\s* \/ \s*/, ' / ');
    const all = [this.exact.get(name) ?? [], this.alone.get(name) ?? []];
    const on = all.map((rows) => rows.filter((row) => row.on.length > 0));
    return [...on, ...all].find((rows) => rows.length > 0) ?? [];
  }

  /** The row that counts what a row of the same plan before an edit did, and nothing else; undefined: there is none. */
  now(before: Counted): Counted | undefined {
    const own = counts(before);
    const row = this.byOwner.get(own[0] ?? '');
    return row && counts(row).length === own.length && own.every((owner) => counts(row).includes(owner)) ? row : undefined;
  }

  private transaction(name: string, key: string, steps: Path): void {
    this.add({ transaction: name, step: '', group: false }, key, true);
    this.steps(name, key, steps, true, new Set());
  }

  private steps(transaction: string, key: string, list: Path, on: boolean, used: Set<string>): void {
    for (let i = 0; i < this.doc.size(list); i++) {
      if (--this.left < 0) return;
      const at = [...list, i];
      const kind = stepKind(this.doc, at);
      const enabled = on && this.doc.scalar([...at, 'enabled']) !== 'false';
      if (kind === 'group' || kind === 'request') this.add({ transaction, step: rowName(this.doc, at), group: kind === 'group' }, `${key} ${at.join('/')}`, enabled);
      const block = kind === 'use' ? this.doc.scalar([...at, 'use']) : undefined;
      if (block !== undefined && !used.has(`${enabled} ${block}`)) {
        used.add(`${enabled} ${block}`);
        this.steps(transaction, key, ['blocks', block], enabled, used);
      }
      this.steps(transaction, key, [...at, 'steps'], enabled, used);
      this.steps(transaction, key, [...at, 'else'], enabled, used);
    }
  }

  private add(row: Row, owner: string, enabled: boolean): void {
    const key = JSON.stringify([row.transaction, row.step, row.group]);
    const counted = this.all.get(key) ?? { ...row, on: [], off: [] };
    (enabled ? counted.on : counted.off).push(owner);
    this.all.set(key, counted);
    this.byOwner.set(owner, counted);
  }
}

/** Who types a name asks for those of the same plan with each letter. */
const known = new WeakMap<PlanDocument, Rows>();

function rowsOf(doc: PlanDocument): Rows {
  const rows = known.get(doc) ?? new Rows(doc);
  known.set(doc, rows);
  return rows;
}

function counts({ on, off }: Counted): string[] {
  return on.length > 0 ? on : off;
}

/** How a rule names a row so that it can be no other: "transaction", or "transaction / step". */
export function targetOf({ transaction, step }: Row): string {
  return step === '' ? transaction : `${transaction} / ${step}`;
}

/** What the statistics call a group or a request. */
export function rowName(doc: PlanDocument, path: Path): string {
  return doc.scalar([...path, 'group']) ?? (doc.scalar([...path, 'name']) || defaultName(doc.scalar([...path, 'request', 'method']) ?? '', doc.scalar([...path, 'request', 'url']) ?? ''));
}

/**
 * Has the thresholds of a plan be about the same rows as before an edit that gave rows other names
 * and moved nothing. A rule stays as it is where no name says that row and no other now.
 */
export function followRows(before: PlanDocument, after: PlanDocument): PlanDocument {
  let next = after;
  for (let i = 0; i < after.size(['thresholds']); i++) {
    const path = ['thresholds', i];
    const text = after.scalar(path) ?? '';
    const rule = parseRule(text);
    if (!rule || rule.target === '' || isMetricRule(rule)) continue;
    const target = follow(rule.target, rowsOf(before), rowsOf(after));
    if (target === rule.target) continue;
    const changed = withTarget(text, target);
    if (parseRule(changed)?.target === target) next = next.set(path, changed);
  }
  return next;
}

function follow(target: string, were: Rows, are: Rows): string {
  const row = were.means(target);
  if (!row) return were.found(target).length === 0 ? followMade(target, were, are) : target;
  const now = are.now(row);
  if (!now) return target;
  const names = target === row.step && target !== targetOf(row) ? [now.step, targetOf(now)] : [targetOf(now)];
  return [...(targetOf(now) === targetOf(row) ? [target] : []), ...names].find((name) => are.means(name) === now) ?? target;
}

/** A row that a script makes: of it only the transaction is known. */
function followMade(target: string, were: Rows, are: Rows): string {
  const [, transaction = '', step = ''] = /^(.*?) \/ (.*)$/s.exec(target) ?? [];
  const row = were.means(transaction);
  const now = row?.step === '' ? are.now(row) : undefined;
  if (!now || now.transaction === row?.transaction) return target;
  const name = `${now.transaction} / ${step}`;
  return are.found(name).length === 0 ? name : target;
}
