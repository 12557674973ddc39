import { ApiError } from '@/api/client';
import type { Problem, StoredText } from '@/api/types';
import { parsePlan, type Path, type PlanDocument } from '@/plan';
import type { PlanCalls } from './calls';
import type { Draft, Drafts } from './drafts';
import { heldProblems, holding, NOTHING_HELD, type Held, type HeldTexts } from './held';
import { historyOf, record, redo, undo, type History } from './history';
import { placed, syntaxProblems, type PlacedProblem } from './problems';

/** After the last key, in ms. */
const CHECK_AFTER = 300;
/** At most so often a draft is written, in ms. */
const DRAFT_EVERY = 1_000;

/** A plan in the editor, as one immutable value. */
export interface EditorSnapshot {
  readonly phase: 'loading' | 'ready' | 'missing' | 'failed';
  readonly doc: PlanDocument;
  /** What the master has, as far as we know; null: it never had this plan. */
  readonly saved: StoredText | null;
  readonly dirty: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly saving: boolean;
  /** Saving waits for the connection. */
  readonly queued: boolean;
  /** When it was saved from here, in ms; null: not yet. */
  readonly savedAt: number | null;
  readonly error: Error | null;
  /** What the master has instead of what we began from, while somebody must choose. */
  readonly theirs: StoredText | null;
  readonly comparing: boolean;
  readonly deleted: boolean;
  /** How often a change from elsewhere was taken over, because nothing was unsaved here. */
  readonly taken: number;
  readonly problems: readonly PlacedProblem[];
  readonly check: 'checking' | 'done' | 'failed';
  /** When the master last checked a text, in ms; null: not yet. */
  readonly checkedAt: number | null;
  /** Unsaved text of an earlier session. */
  readonly draft: Draft | null;
  /** What was typed into fields and is no value yet; it is in problems too. */
  readonly held: HeldTexts;
}

/** So many drafts are kept of a plan; who never looks at them loses the oldest. */
const MAX_DRAFTS = 4;

function recent(draft: Draft, most = MAX_DRAFTS - 1): Draft {
  return { ...draft, earlier: draft.earlier && most > 1 ? recent(draft.earlier, most - 1) : undefined };
}

type Change = PlanDocument | ((doc: PlanDocument) => PlanDocument);

/**
 * One plan that is edited: its text, what the master has of it, and all that goes between
 * them. The page has one per plan (see editors.ts); any component may call it.
 */
export class PlanEditor {
  private state: EditorSnapshot;
  private history: History = historyOf('');
  private readonly listeners = new Set<() => void>();
  private checkTimer: ReturnType<typeof setTimeout> | undefined;
  private draftTimer: ReturnType<typeof setTimeout> | undefined;
  private asked: AbortController | undefined;
  private draftsRead = false;
  /** The draft that is kept is of this editor, not of another window. */
  private wrote = false;
  /** Saving was asked for while it was under way. */
  private again = false;
  /** What the master found, without what is held. */
  private found: readonly PlacedProblem[] = [];

  constructor(
    readonly plan: string,
    private readonly calls: PlanCalls,
    private readonly drafts: Drafts,
  ) {
    this.state = {
      phase: 'loading', doc: parsePlan(''), saved: null, dirty: false, canUndo: false, canRedo: false, saving: false,
      queued: false, savedAt: null, error: null, theirs: null, comparing: false, deleted: false, taken: 0, problems: [],
      check: 'done', checkedAt: null, draft: null, held: NOTHING_HELD,
    };
  }

  readonly snapshot = (): EditorSnapshot => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /**
   * Takes what the master has now: the first time, and whenever it says that it changed.
   * asked is when it was asked (ms): an answer that we have overtaken by saving is void.
   */
  arrive(stored: StoredText, asked: number): void {
    const { phase, saved, saving, dirty, doc, savedAt, deleted, theirs } = this.state;
    if (saving || asked < (savedAt ?? 0)) return;
    if (phase !== 'ready') {
      this.begin(stored);
    } else if (stored.revision === saved?.revision) {
      if (deleted || theirs) this.put({ deleted: false, theirs: null, comparing: false });
    } else if (stored.text === doc.text || !dirty) {
      if (stored.text !== doc.text) {
        this.go(record(this.history, stored.text, Date.now()), { taken: this.state.taken + 1 });
      }
      this.settle(stored);
    } else {
      this.put({ theirs: stored, deleted: false });
    }
  }

  /** The master could not give the plan. */
  refuse(error: Error): void {
    const missing = error instanceof ApiError && error.status === 404;
    if (this.state.phase === 'ready') {
      if (missing && !this.state.saving) this.put({ deleted: true });
      return;
    }
    this.put({ phase: missing ? 'missing' : 'failed', error });
  }

  /** Changes the text. Edits of one group that follow each other are undone at once. */
  edit(change: Change, group?: string): void {
    const doc = typeof change === 'function' ? change(this.state.doc) : change;
    if (doc.text !== this.state.doc.text) this.go(record(this.history, doc.text, Date.now(), group), {}, doc);
  }

  setText(text: string, group?: string): void {
    this.edit(parsePlan(text, this.state.doc), group);
  }

  /** Keeps what was typed for a value and is none; null: it is one, or was taken back. */
  hold(path: Path, typed: Omit<Held, 'path' | 'over'> | null): void {
    const held = new Map(this.state.held);
    const key = path.join('/');
    if (typed) held.set(key, { ...typed, path, over: this.state.doc.json(path) ?? '' });
    else if (!held.delete(key)) return;
    this.put({ held });
    this.draftSoon();
  }

  undo(): void {
    this.go(undo(this.history));
  }

  redo(): void {
    this.go(redo(this.history));
  }

  /** Saves over what we began from. Without a connection it stays queued: see reconnected. */
  async save(): Promise<void> {
    const { saved, saving, deleted, doc, phase } = this.state;
    if (saving) this.again = true;
    if (saving || phase !== 'ready') return;
    const { text } = doc;
    this.put({ saving: true, queued: false, error: null });
    try {
      const answer = await this.calls.save(this.plan, text, deleted ? null : (saved?.revision ?? null));
      this.put({ saving: false, savedAt: Date.now() });
      this.settle({ ...answer, text });
      if (this.state.doc.text === text) this.look(doc, answer.problems);
    } catch (error) {
      this.again = false;
      return this.notSaved(error instanceof Error ? error : new Error(String(error)));
    }
    // What was typed while it was saved was meant, too.
    const more = this.again && this.state.doc.text !== text;
    this.again = false;
    if (more) await this.save();
  }

  /** The connection is back: what waited for it is done. */
  reconnected(): void {
    if (this.state.queued) void this.save();
    else if (this.state.check === 'failed') this.checkSoon();
  }

  /** What the text is checked with has changed. */
  checkAgain(): void {
    if (this.state.phase === 'ready') this.checkSoon();
  }

  compare(open: boolean): void {
    this.put({ comparing: open });
  }

  /** Saves our text over theirs. */
  async keepMine(): Promise<void> {
    this.accept();
    await this.save();
  }

  takeTheirs(): void {
    const { theirs } = this.state;
    if (!theirs) return;
    this.accept();
    this.setText(theirs.text);
  }

  /** Goes on with a text made of both; it replaces theirs when it is saved. */
  takeMerged(text: string): void {
    this.accept();
    this.setText(text);
  }

  takeDraft(): void {
    const { draft, saved } = this.state;
    if (!draft) return;
    const theirs = saved && saved.revision !== draft.base.revision && saved.text !== draft.base.text ? saved : null;
    const base = theirs ? { ...theirs, ...draft.base } : saved;
    const held = new Map(draft.held?.map((h) => [h.path.join('/'), h]));
    this.put({ draft: draft.earlier ?? null, saved: base, theirs, held });
    this.setText(draft.text);
  }

  dropDraft(): void {
    this.put({ draft: this.state.draft?.earlier ?? null });
    this.wrote = true;
    this.draftSoon();
  }

  private begin(stored: StoredText): void {
    this.history = historyOf(stored.text);
    const doc = parsePlan(stored.text);
    this.put({ phase: 'ready', error: null, doc, saved: stored });
    this.look(doc, stored.problems);
    if (this.draftsRead) return;
    this.draftsRead = true;
    void this.drafts.read(this.plan).then((draft) => {
      const unsaved = draft && (draft.text !== this.state.saved?.text || (draft.held ?? []).length > 0);
      if (unsaved) this.put({ draft });
      else if (draft && !this.state.dirty) void this.drafts.remove(this.plan);
    });
  }

  /** Takes what the master found in a text. */
  private look(doc: PlanDocument, problems: readonly Problem[]): void {
    const syntax = syntaxProblems(doc);
    this.found = syntax.length > 0 ? syntax : placed(doc, problems);
    this.put({ check: 'done', checkedAt: Date.now() });
  }

  /** Our text is now what the master has, or differs from this. */
  private settle(saved: StoredText): void {
    this.put({ saved, theirs: null, comparing: false, deleted: false, queued: false });
    this.draftSoon();
  }

  private async notSaved(error: Error): Promise<void> {
    const status = error instanceof ApiError ? error.status : -1;
    if (status === 0) return this.put({ saving: false, queued: true });
    if (status !== 409 && status !== 404 && status !== 412) return this.put({ saving: false, error });
    try {
      const theirs = await this.calls.read(this.plan);
      this.put({ saving: false });
      if (theirs.text === this.state.doc.text) this.settle(theirs);
      else this.put({ theirs, comparing: true, deleted: false });
    } catch (cause) {
      const gone = cause instanceof ApiError && cause.status === 404;
      this.put({ saving: false, deleted: gone, error: gone ? null : error });
    }
  }

  /** Goes on from theirs: it is what the next save replaces. */
  private accept(): void {
    const { theirs } = this.state;
    if (!theirs) return;
    this.put({ saved: theirs, theirs: null, comparing: false, deleted: false });
  }

  private go(history: History, more: Partial<EditorSnapshot> = {}, parsed?: PlanDocument): void {
    if (history === this.history) return;
    this.history = history;
    const doc = parsed ?? parsePlan(history.present, this.state.doc);
    const problems = syntaxProblems(doc);
    if (problems.length > 0) this.found = problems;
    this.put({ ...more, doc, canUndo: history.past.length > 0, canRedo: history.future.length > 0 });
    this.checkSoon();
    this.draftSoon();
  }

  private checkSoon(): void {
    clearTimeout(this.checkTimer);
    this.asked?.abort();
    this.put({ check: 'checking' });
    this.checkTimer = setTimeout(() => void this.check(), CHECK_AFTER);
  }

  private async check(): Promise<void> {
    const { doc } = this.state;
    const asked = new AbortController();
    this.asked = asked;
    try {
      const problems = await this.calls.check(this.plan, doc.text, asked.signal);
      if (!asked.signal.aborted) this.look(doc, problems);
    } catch {
      if (!asked.signal.aborted) this.put({ check: 'failed' });
    }
  }

  private draftSoon(): void {
    if (this.draftTimer !== undefined) return;
    this.draftTimer = setTimeout(() => {
      this.draftTimer = undefined;
      this.writeDraft();
    }, DRAFT_EVERY);
  }

  private writeDraft(): void {
    const { dirty, doc, saved, draft, held } = this.state;
    if (dirty) {
      const base = { text: saved?.text ?? '', revision: saved?.revision ?? '' };
      this.wrote = true;
      void this.drafts.write({ plan: this.plan, text: doc.text, base, at: Date.now(), held: holding(held, doc), ...(draft && { earlier: recent(draft) }) });
    } else if (this.wrote) {
      this.wrote = false;
      void (draft ? this.drafts.write(draft) : this.drafts.remove(this.plan));
    }
  }

  private put(change: Partial<EditorSnapshot>): void {
    const next = { ...this.state, ...change };
    const held = holding(next.held, next.doc);
    next.dirty = next.phase === 'ready' && (next.doc.text !== next.saved?.text || held.length > 0);
    next.problems = held.length === 0 ? this.found : [...heldProblems(held, next.doc), ...this.found];
    this.state = next;
    for (const listener of this.listeners) listener();
  }
}
