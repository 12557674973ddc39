import type { RunEvent, Series } from '@/api/types';
import { finerView, seriesView, type Range, type Source } from '@/charts';
import type { RunStore, SeriesView } from '@/live';
import { hasEnded } from './state';

/** A run under way is told of every second; after so many, in seconds, without a word it is shown what is missed. */
const SILENT = 3;

/**
 * What the charts of a run draw: its store, and in place of it finer entries where such
 * were fetched. While a run is under way and the page hears nothing of it, time goes on:
 * what was not heard is missing.
 */
export class StoreSource implements Source {
  private finer: SeriesView | null = null;
  private seq = -1;
  private heardAt = 0;

  constructor(
    private readonly store: RunStore,
    private readonly now: () => number = Date.now,
  ) {}

  /** To be called after each change of the store. */
  heard(): void {
    const { seq } = this.store.snapshot();
    if (seq === this.seq) return;
    this.seq = seq;
    this.heardAt = this.now();
  }

  /** Entries of a range that may be finer than those of the store; null: there are none. */
  setFiner(series: Series | null): void {
    this.finer = series && series.n > 0 ? seriesView(series) : null;
  }

  view(from = 0, to = 0): SeriesView {
    const own = this.store.view(from, to);
    return finerView(this.finer, own.step, from, Math.min(to, this.store.snapshot().lastSecond + 1)) ?? own;
  }

  lastSecond(): number {
    const { lastSecond } = this.store.snapshot();
    return (this.unheard()?.to ?? lastSecond + 1) - 1;
  }

  /** What the run has done since the page heard of it; null: it hears. */
  unheard(): Range | null {
    const { tick, lastSecond } = this.store.snapshot();
    if (!tick || hasEnded(tick.state) || lastSecond < 0 || this.seq < 0) return null;
    const silent = Math.floor((this.now() - this.heardAt) / 1000);
    if (silent < SILENT) return null;
    const from = lastSecond + 1;
    const end = tick.total > 0 ? Math.ceil(tick.total / 1000) : Infinity;
    const to = Math.min(from + silent, end);
    return to > from ? { from, to } : null;
  }

  /** A gap in what workers have told can be filled as long as they may come back. */
  missing(view: SeriesView): readonly Range[] {
    const { missing, tick } = this.store.snapshot();
    const unheard = this.unheard();
    const gaps = tick && !hasEnded(tick.state) ? view.gaps : [];
    return [...missing, ...gaps, ...(unheard ? [unheard] : [])];
  }

  events(): readonly RunEvent[] {
    return this.store.snapshot().events;
  }
}
