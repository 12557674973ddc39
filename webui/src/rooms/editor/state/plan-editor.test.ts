import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/client';
import type { Problem, StoredText } from '@/api/types';
import type { PlanCalls } from './calls';
import type { Draft, Drafts } from './drafts';
import { PlanEditor } from './plan-editor';

const TEXT = 'version: 1\nname: a\n';
const stored = (text: string, revision: string): StoredText => ({ name: 'a', text, revision, problems: [] });
const problem: Problem = { file: '', line: 2, col: 7, path: 'name', message: 'bad', hint: '', source: '', warning: false };

class FakeMaster implements PlanCalls {
  has: StoredText | null = stored(TEXT, 'r1');
  fails: ApiError | null = null;
  checked: string[] = [];
  read = vi.fn(() => (this.has ? Promise.resolve(this.has) : Promise.reject(new ApiError(404, 'no_plan', 'gone'))));
  save = vi.fn((_: string, text: string, revision: string | null) => {
    if (this.fails) return Promise.reject(this.fails);
    if ((this.has?.revision ?? null) !== revision) return Promise.reject(new ApiError(409, 'conflict', 'changed'));
    this.has = stored(text, `${revision}+`);
    return Promise.resolve(this.has);
  });
  check = vi.fn((_: string, text: string) => {
    this.checked.push(text);
    return Promise.resolve([problem]);
  });
}

class FakeDrafts implements Drafts {
  draft: Draft | undefined;
  read = () => Promise.resolve(this.draft);
  write = (draft: Draft) => Promise.resolve(void (this.draft = draft));
  remove = () => Promise.resolve(void (this.draft = undefined));
}

let master: FakeMaster;
let drafts: FakeDrafts;
let editor: PlanEditor;

beforeEach(() => {
  vi.useFakeTimers();
  master = new FakeMaster();
  drafts = new FakeDrafts();
  editor = new PlanEditor('a', master, drafts);
  editor.arrive(stored(TEXT, 'r1'), 1);
});
afterEach(() => void vi.useRealTimers());

const name = (to: string) => editor.edit((d) => d.set(['name'], to), 'name');
const state = () => editor.snapshot();

it('is dirty while its text differs from what is saved', async () => {
  expect(state().dirty).toBe(false);
  name('b');
  expect(state().dirty).toBe(true);
  editor.undo();
  expect(state().dirty).toBe(false);
  editor.redo();
  await editor.save();
  expect(master.has?.text).toBe('version: 1\nname: b\n');
  expect(state().dirty).toBe(false);
});

it('checks the text once it rests', async () => {
  name('b');
  name('bc');
  await vi.advanceTimersByTimeAsync(299);
  expect(master.checked).toEqual([]);
  await vi.advanceTimersByTimeAsync(2);
  expect(master.checked).toEqual(['version: 1\nname: bc\n']);
  expect(state().problems).toMatchObject([{ message: 'bad', at: ['name'] }]);
});

it('checks a text again that has not changed, once it is there', async () => {
  const unread = new PlanEditor('a', master, drafts);
  unread.checkAgain();
  await vi.advanceTimersByTimeAsync(1000);
  expect(master.checked).toEqual([]);
  editor.checkAgain();
  await vi.advanceTimersByTimeAsync(1000);
  expect(master.checked).toEqual([TEXT]);
  expect(state().problems[0]).toMatchObject({ message: 'bad' });
});

it('shows at once that a text is no YAML', () => {
  editor.setText('name: [');
  expect(state().problems.length).toBeGreaterThan(0);
});

it('takes a change from elsewhere when nothing is unsaved', () => {
  editor.arrive(stored('version: 1\nname: z\n', 'r2'), Date.now());
  expect(state()).toMatchObject({ taken: 1, dirty: false, theirs: null });
  expect(state().doc.scalar(['name'])).toBe('z');
});

it('keeps unsaved text when the plan changed elsewhere', () => {
  name('b');
  editor.arrive(stored('version: 1\nname: z\n', 'r2'), Date.now());
  expect(state().theirs?.revision).toBe('r2');
  expect(state().doc.scalar(['name'])).toBe('b');
});

it('does not take an answer that was asked before it saved', async () => {
  name('b');
  const asked = Date.now();
  await vi.advanceTimersByTimeAsync(10);
  await editor.save();
  editor.arrive(stored(TEXT, 'r1'), asked);
  expect(state().doc.scalar(['name'])).toBe('b');
});

it('asks whose text holds when somebody saved meanwhile', async () => {
  name('b');
  master.has = stored('version: 1\nname: z\n', 'r9');
  await editor.save();
  expect(state()).toMatchObject({ comparing: true, saving: false });
  await editor.keepMine();
  expect(master.has?.text).toBe('version: 1\nname: b\n');
  expect(state()).toMatchObject({ dirty: false, theirs: null });
});

it('takes theirs so that it can be undone', async () => {
  name('b');
  master.has = stored('version: 1\nname: z\n', 'r9');
  await editor.save();
  editor.takeTheirs();
  expect(state()).toMatchObject({ dirty: false, comparing: false });
  editor.undo();
  expect(state().doc.scalar(['name'])).toBe('b');
});

it('saves when the connection is back', async () => {
  name('b');
  master.fails = new ApiError(0, 'network', 'no');
  await editor.save();
  expect(state().queued).toBe(true);
  name('bc');
  expect(state().queued).toBe(true);
  master.fails = null;
  editor.reconnected();
  await vi.advanceTimersByTimeAsync(0);
  expect(master.has?.text).toContain('name: bc');
  expect(state().queued).toBe(false);
});

it('says that a plan is gone, and saves it as a new one', async () => {
  master.has = null;
  editor.refuse(new ApiError(404, 'no_plan', 'gone'));
  expect(state().deleted).toBe(true);
  await editor.save();
  expect(master.save).toHaveBeenCalledWith('a', TEXT, null);
  expect(state().deleted).toBe(false);
});

it('keeps a draft of unsaved text, and removes it once that is saved', async () => {
  name('b');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(drafts.draft).toMatchObject({ text: 'version: 1\nname: b\n', base: { revision: 'r1' } });
  await editor.save();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(drafts.draft).toBeUndefined();
});

it('offers the draft of an earlier session', async () => {
  drafts.draft = { plan: 'a', text: 'version: 1\nname: mine\n', base: { text: TEXT, revision: 'r1' }, at: 1 };
  const next = new PlanEditor('a', master, drafts);
  next.arrive(stored(TEXT, 'r1'), 1);
  await vi.advanceTimersByTimeAsync(0);
  expect(next.snapshot().draft?.text).toContain('mine');
  next.takeDraft();
  expect(next.snapshot()).toMatchObject({ dirty: true, draft: null, theirs: null });
});

it('compares a draft whose plan has changed since', async () => {
  drafts.draft = { plan: 'a', text: 'version: 1\nname: mine\n', base: { text: 'version: 1\n', revision: 'r0' }, at: 1 };
  const next = new PlanEditor('a', master, drafts);
  next.arrive(stored(TEXT, 'r1'), 1);
  await vi.advanceTimersByTimeAsync(0);
  next.takeDraft();
  expect(next.snapshot().theirs?.revision).toBe('r1');
});

it('saves again what was typed while it was saving', async () => {
  name('b');
  const first = editor.save();
  name('bc');
  void editor.save();
  await first;
  expect(master.has?.text).toBe('version: 1\nname: bc\n');
  expect(state().dirty).toBe(false);
});

it('goes on offering a draft when somebody types before looking at it, and keeps both', async () => {
  drafts.draft = { plan: 'a', text: 'version: 1\nname: mine\n', base: { text: TEXT, revision: 'r1' }, at: 1 };
  const next = new PlanEditor('a', master, drafts);
  next.arrive(stored(TEXT, 'r1'), 1);
  await vi.advanceTimersByTimeAsync(0);
  next.edit((d) => d.set(['name'], 'typed'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(next.snapshot().draft?.text).toContain('mine');
  expect(drafts.draft).toMatchObject({ text: 'version: 1\nname: typed\n', earlier: { text: 'version: 1\nname: mine\n' } });
  await next.save();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(drafts.draft?.text).toContain('mine');
  next.dropDraft();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(drafts.draft).toBeUndefined();
});

it('leaves the draft of another window alone', async () => {
  drafts.draft = { plan: 'a', text: 'version: 1\nname: other\n', base: { text: TEXT, revision: 'r1' }, at: 1 };
  await editor.save();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(drafts.draft?.text).toContain('other');
});

it('has nothing to choose when the plan is again what we began from', () => {
  name('b');
  editor.arrive(stored('version: 1\nname: z\n', 'r2'), Date.now());
  editor.arrive(stored(TEXT, 'r1'), Date.now());
  expect(state()).toMatchObject({ theirs: null, dirty: true });
});

it('shows what the master found in what was saved', async () => {
  name('b');
  master.save.mockResolvedValueOnce({ ...stored('version: 1\nname: b\n', 'r2'), problems: [problem] });
  await editor.save();
  expect(state().problems).toMatchObject([{ message: 'bad', at: ['name'] }]);
});

describe('what was typed and is no value', () => {
  const hold = () => editor.hold(['name'], { text: '{"a": ', message: 'no JSON' });

  it('is unsaved, a problem of its place, and stays so after saving', async () => {
    hold();
    expect(state()).toMatchObject({ dirty: true, problems: [{ message: 'no JSON', at: ['name'], line: 2 }] });
    await editor.save();
    expect(master.has?.text).toBe(TEXT);
    expect(state()).toMatchObject({ dirty: true, problems: [{ message: 'no JSON' }] });
    editor.hold(['name'], null);
    expect(state()).toMatchObject({ dirty: false, problems: [] });
  });

  it('is void when its value is another', () => {
    hold();
    name('b');
    expect(state().problems).toEqual([]);
  });

  it('is in the draft, and comes back with it', async () => {
    hold();
    await vi.advanceTimersByTimeAsync(1_000);
    const next = new PlanEditor('a', master, drafts);
    next.arrive(stored(TEXT, 'r1'), 1);
    await vi.advanceTimersByTimeAsync(0);
    next.takeDraft();
    expect(next.snapshot().held.get('name')?.text).toBe('{"a": ');
    expect(next.snapshot().dirty).toBe(true);
  });
});
