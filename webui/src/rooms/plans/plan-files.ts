import { call, segment } from '@/api/client';
import type { PlanInfo, Problem, StoredText } from '@/api/types';
import { formatNumber, NOTHING } from '@/widgets/format';

/** The largest text that the master takes as a plan, in bytes. */
const MAX_PLAN = 1 << 20;

/** A file or a text that could become a plan. */
export interface Candidate {
  /** Where it is from, for people. */
  source: string;
  name: string;
  text: string;
  problems: Problem[];
  /** It could not be read at all. */
  error?: string;
}

/** A name for a plan out of a file's: "shop.yaml" is "shop". */
export function nameOfFile(file: string): string {
  return file.replace(/^.*[\\/]/, '').replace(/\.(ya?ml|json)$/i, '').trim() || 'plan';
}

/** A name that nobody has: "shop", "shop 2", "shop 3" … */
export function freeName(wanted: string, taken: readonly string[]): string {
  const all = new Set(taken.map((n) => n.toLowerCase()));
  let name = wanted;
  for (let i = 2; all.has(name.toLowerCase()); i++) name = `${wanted} ${i}`;
  return name;
}

/** What a new plan begins with. */
export function newPlan(name: string): string {
  return `version: 1
name: ${JSON.stringify(name)}
base_url: http://127.0.0.1:8099

transactions:
  - name: browse
    steps:
      - name: list items
        request:
          method: GET
          url: /items

load: {users: 10, spawn_rate: 5, duration: 1m}
`;
}

/** Reads files as texts and has the master look at them; nothing is stored. */
export async function readCandidates(files: readonly File[]): Promise<Candidate[]> {
  return await Promise.all(
    files.map(async (file) => {
      const name = nameOfFile(file.name);
      if (file.size > MAX_PLAN) return { source: file.name, name, text: '', problems: [], error: 'tooLarge' };
      const text = await file.text();
      if (text.includes('\u0000') || text.includes('\uFFFD')) return { source: file.name, name, text: '', problems: [], error: 'notText' };
      return { source: file.name, name, text, problems: await check(file.name, text) };
    }),
  );
}

export async function check(file: string, text: string): Promise<Problem[]> {
  return (await call<{ problems: Problem[] }>('/check', { body: { file, text } })).problems;
}

/** Stores a text under a new name, or over the revision that was seen. */
export async function store(name: string, text: string, over?: string): Promise<StoredText> {
  return await call<StoredText>(`/plans/${segment(name)}`, { method: 'PUT', body: { text }, headers: over ? { 'If-Match': `"${over}"` } : {} });
}

export async function read(name: string): Promise<StoredText> {
  return await call<StoredText>(`/plans/${segment(name)}`);
}

export async function remove(name: string, revision: string): Promise<void> {
  await call(`/plans/${segment(name)}`, { method: 'DELETE', headers: { 'If-Match': `"${revision}"` } });
}

/** Renames the file of a plan, and what it says of its name. */
export async function rename(plan: PlanInfo, to: string): Promise<void> {
  const { text, revision } = await call<StoredText>(`/plans/${segment(plan.name)}/rename`, { body: { to }, headers: { 'If-Match': `"${plan.revision}"` } });
  const named = await withName(text, plan.name, to);
  if (named !== text) await store(to, named, revision);
}

export async function duplicate(plan: PlanInfo, to: string): Promise<StoredText> {
  return await store(to, await withName((await read(plan.name)).text, plan.name, to));
}

/** The text of a plan in a file of another name. The name in it follows that of the file where it was the same; one of its own stays. */
export async function withName(text: string, from: string, to: string): Promise<string> {
  // Who only looks at the list need not have what reads plans.
  const { parsePlan } = await import('@/plan');
  const doc = parsePlan(text);
  return doc.scalar(['name']) === from ? doc.set(['name'], to).text : text;
}

/** Has the browser save a text as a file. */
export function download(file: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file;
  link.click();
  URL.revokeObjectURL(url);
}

/** How many transactions a plan has: of one with errors the master knows none. */
export function transactionCount({ transactions, problems }: Pick<PlanInfo, 'transactions' | 'problems'>): string {
  return transactions.length === 0 && problems.some((p) => !p.warning) ? NOTHING : formatNumber(transactions.length);
}
