import type { Path, PlanDocument } from '@/plan';
import { rowName } from '@/plan/targets';
import { lifecycleLists, stepKind, type StepKind } from '@/plan/view';
import { pathsOf, SECTIONS, type Section } from './sections';

export { lifecycleLists as LIFECYCLE, stepKind, type StepKind };

export type NodeKind = 'plan' | 'settings' | 'section' | 'lifecycle' | 'transaction' | 'blocks' | 'block' | 'else' | StepKind;

/** A line of the outline. */
export interface OutlineNode {
  id: string;
  kind: NodeKind;
  path: Path;
  /** As it is named in the plan; '' where the page has a word for it. */
  label: string;
  method?: string;
  weight?: number;
  /** Of all choices, 0–1. */
  share?: number;
  script?: boolean;
  enabled: boolean;
  /** Of settings: which part of them. */
  section?: Section;
  /** Values whose problems it shows, where that is not its path. */
  about?: Path[];
  /** The list that its children are in. */
  list?: Path;
  children: OutlineNode[];
}

export function idOf(path: Path): string {
  return path.map(String).join('/');
}

/** What a step is called where it has no name: its method and path, as in the statistics. */
export function nameOf(doc: PlanDocument, path: Path): string {
  const name = doc.scalar([...path, 'name']) ?? doc.scalar([...path, 'group']);
  if (name) return name;
  const url = doc.scalar([...path, 'request', 'url']);
  return url === undefined ? '' : rowName(doc, path);
}

function methodOf(doc: PlanDocument, path: Path): string {
  return (doc.scalar([...path, 'request', 'method']) ?? 'GET').toUpperCase();
}

function isEnabled(doc: PlanDocument, path: Path): boolean {
  return doc.scalar([...path, 'enabled']) !== 'false';
}

/** One of the words of a condition and what it compares with, for a line of the outline. */
function conditionText(doc: PlanDocument, path: Path): string {
  const variable = doc.scalar([...path, 'var']) ?? '?';
  const words = doc.keys(path).filter((k) => k !== 'var');
  return [variable, ...words.map((w) => `${w} ${JSON.stringify(doc.get([...path, w]))}`)].join(' ');
}

function repeatText(doc: PlanDocument, path: Path): string {
  const times = doc.scalar([...path, 'times']);
  if (times !== undefined) return `× ${times}`;
  const each = doc.scalar([...path, 'each']);
  if (each !== undefined) return `${doc.scalar([...path, 'as']) ?? 'item'} ∈ ${each}`;
  return conditionText(doc, [...path, 'until']);
}

function stepNode(doc: PlanDocument, path: Path): OutlineNode {
  const kind = stepKind(doc, path);
  const node: OutlineNode = { id: idOf(path), kind, path, label: nameOf(doc, path), enabled: isEnabled(doc, path), children: [] };
  if (kind === 'request') node.method = methodOf(doc, path);
  if (kind === 'request' && doc.keys(path).includes('script')) node.script = true;
  if (kind === 'use') node.label = doc.scalar([...path, 'use']) ?? '';
  if (kind === 'repeat') node.label = repeatText(doc, [...path, 'repeat']);
  if (kind === 'if') node.label = conditionText(doc, [...path, 'if']);
  if (kind === 'group' || kind === 'repeat' || kind === 'if') {
    node.list = [...path, 'steps'];
    node.children = stepNodes(doc, node.list);
  }
  if (kind === 'if' && doc.get([...path, 'else']) !== undefined) node.children.push(listNode(doc, 'else', [...path, 'else'], ''));
  return node;
}

export function stepNodes(doc: PlanDocument, list: Path): OutlineNode[] {
  return Array.from({ length: doc.size(list) }, (_, i) => stepNode(doc, [...list, i]));
}

function listNode(doc: PlanDocument, kind: NodeKind, path: Path, label: string): OutlineNode {
  return { id: idOf(path), kind, path, label, enabled: true, list: path, children: stepNodes(doc, path) };
}

/** The weight of a transaction as it counts: 0 when it is off. */
function weightOf(doc: PlanDocument, path: Path): number {
  if (!isEnabled(doc, path)) return 0;
  const weight = Number(doc.scalar([...path, 'weight']) ?? 1);
  return Number.isFinite(weight) && weight > 0 ? weight : 0;
}

export function shares(doc: PlanDocument): number[] {
  const weights = Array.from({ length: doc.size(['transactions']) }, (_, i) => weightOf(doc, ['transactions', i]));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => (total > 0 ? w / total : 0));
}

/** The settings have a line each; those of the plan's own line and blocks stand elsewhere. */
function settingsNode(): OutlineNode {
  const children = SECTIONS.filter((s) => s !== 'general' && s !== 'blocks').map((section): OutlineNode => ({
    id: `settings/${section}`, kind: 'section', path: [], section, label: section, enabled: true, about: pathsOf(section), children: [],
  }));
  return { id: 'settings', kind: 'settings', path: [], section: 'defaults', label: '', enabled: true, about: children.flatMap((c) => c.about ?? []), children };
}

/** The plan as a tree, in the order in which it is played. */
export function outline(doc: PlanDocument, plan: string): OutlineNode {
  const share = shares(doc);
  const transactions = share.map((part, i): OutlineNode => {
    const path = ['transactions', i];
    const list = [...path, 'steps'];
    return {
      id: idOf(path), kind: 'transaction', path, label: doc.scalar([...path, 'name']) ?? '', weight: weightOf(doc, path),
      share: part, enabled: isEnabled(doc, path), script: doc.keys(path).includes('script'), list, children: stepNodes(doc, list),
    };
  });
  const [setup, userStart, userStop, teardown] = lifecycleLists.map((name) => listNode(doc, 'lifecycle', [name], ''));
  const blocks: OutlineNode = {
    id: 'blocks', kind: 'blocks', path: ['blocks'], label: '', enabled: true,
    children: doc.keys(['blocks']).map((name) => listNode(doc, 'block', ['blocks', name], name)),
  };
  const children = [settingsNode(), setup, userStart, ...transactions, userStop, teardown, blocks].filter((n) => n !== undefined);
  return { id: '', kind: 'plan', path: [], label: doc.scalar(['name']) ?? plan, enabled: true, children };
}

/** The line of what is shown. */
export function lineOf({ section, path }: { section?: Section; path: Path }): string {
  if (!section || section === 'general') return idOf(path);
  return section === 'blocks' ? 'blocks' : `settings/${section}`;
}

/** With more transactions than this the tree begins as a list of them. */
const MANY = 40;

/** Which lines are closed when a plan is opened. */
export function closedAtFirst(doc: PlanDocument): ReadonlySet<string> {
  const count = doc.size(['transactions']);
  const transactions = count > MANY ? Array.from({ length: count }, (_, i) => idOf(['transactions', i])) : [];
  return new Set(['settings', ...transactions]);
}

/** What stays closed when a line is to be seen: nothing that it is within. */
export function closedAround(closed: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const kept = [...closed].filter((c) => !id.startsWith(`${c}/`));
  return kept.length === closed.size ? closed : new Set(kept);
}

export interface VisibleNode {
  node: OutlineNode;
  depth: number;
  parent: OutlineNode | null;
  open: boolean;
}

function matches(node: OutlineNode, filter: string): boolean {
  return `${node.label} ${node.method ?? ''}`.toLowerCase().includes(filter) || node.children.some((c) => matches(c, filter));
}

/** The lines that are seen: those of open nodes, or all that a filter leaves. */
export function visible(root: OutlineNode, closed: ReadonlySet<string>, filter: string): VisibleNode[] {
  const wanted = filter.trim().toLowerCase();
  const lines: VisibleNode[] = [];
  const walk = (node: OutlineNode, depth: number, parent: OutlineNode | null) => {
    const open = wanted !== '' || !closed.has(node.id);
    lines.push({ node, depth, parent, open });
    if (open) for (const child of node.children) if (wanted === '' || matches(child, wanted)) walk(child, depth + 1, node);
  };
  walk(root, 0, null);
  return lines;
}
