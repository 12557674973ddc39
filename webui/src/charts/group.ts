import type { RunEvent } from '@/api/types';
import type { SeriesView } from '@/live/types';
import { FrameQueue } from './frames';

/** Run times, in seconds. */
export interface Range {
  from: number;
  to: number;
}

/** What charts draw: a run, live or stored, or one transaction of it. */
export interface Source {
  view(from?: number, to?: number): SeriesView;
  /** Run time of the last second that is known; -1: none. */
  lastSecond(): number;
  /** Stretches that have yet to be fetched, or to be told, of what is drawn. */
  missing(view: SeriesView): readonly Range[];
  events(): readonly RunEvent[];
}

/** Ranges as far as they lie between two run times. */
export function within(ranges: readonly Range[], from: number, to: number): Range[] {
  return ranges.filter((r) => r.to > from && r.from < to).map((r) => ({ from: Math.max(r.from, from), to: Math.min(r.to, to) }));
}

/** Which part of a run is shown: a range that was chosen, or the last seconds (0: all). */
export interface Window {
  zoom: Range | null;
  follow: number;
  /** What a paused page had as the last second; null: it follows. */
  pausedAt: number | null;
}

/** A run's time axis begins at 0 and is at least so long, in seconds. */
const SHORTEST = 10;

/** The range that a window shows of a run that is known up to a last second. */
export function shownRange(window: Window, lastSecond: number): Range {
  if (window.zoom) return window.zoom;
  const to = Math.max(SHORTEST, (window.pausedAt ?? lastSecond) + 1);
  return { from: window.follow > 0 ? Math.max(0, to - window.follow) : 0, to };
}

/** A range moved and scaled about a centre, kept within what is known. */
export function scaledRange(range: Range, factor: number, at: number, lastSecond: number): Range {
  const end = Math.max(SHORTEST, lastSecond + 1);
  const span = Math.min(end, Math.max(5, (range.to - range.from) * factor));
  const from = at - ((at - range.from) / (range.to - range.from)) * span;
  const first = Math.min(Math.max(0, from), end - span);
  return { from: Math.round(first), to: Math.round(first + span) };
}

export type Change = 'data' | 'range' | 'cursor' | 'pin';

/**
 * Charts that show the same stretch of the same run: one range, one cursor, one queue of
 * drawings. Of one page; not shared between runs.
 */
export class ChartGroup {
  readonly frames = new FrameQueue();
  private readonly listeners = new Set<(change: Change) => void>();
  private shown: Window = { zoom: null, follow: 900, pausedAt: null };
  private at: number | null = null;
  private pinned: number | null = null;

  constructor(
    readonly source: Source,
    /** Called when the user chooses a range; null: back to following. */
    public onZoom: (range: Range | null) => void = () => {},
  ) {}

  subscribe(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Says that the source has something new. */
  changed(): void {
    this.tell('data');
  }

  window(): Window {
    return this.shown;
  }

  setWindow(window: Window): void {
    this.shown = window;
    this.tell('range');
  }

  range(): Range {
    return shownRange(this.shown, this.source.lastSecond());
  }

  zoom(range: Range | null): void {
    this.onZoom(range);
  }

  /** Run time under the cursor of all charts; null: none. */
  cursor(): number | null {
    return this.at;
  }

  setCursor(at: number | null): void {
    if (at === this.at) return;
    this.at = at;
    this.tell('cursor');
  }

  /** Seq of the event that was pinned. */
  pin(): number | null {
    return this.pinned;
  }

  setPin(seq: number | null): void {
    this.pinned = seq;
    this.tell('pin');
  }

  close(): void {
    this.frames.close();
    this.listeners.clear();
  }

  private tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }
}
