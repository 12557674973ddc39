/** A stretch of run time, in seconds. */
export interface Span {
  from: number;
  to: number;
}

export function union(a: Span | null, b: Span): Span {
  return a ? { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) } : b;
}

/** What is left of a span when one is taken away that has its beginning. */
export function without(span: Span | null, from: number, to: number): Span | null {
  if (!span || from > span.from) return span;
  return to >= span.to ? null : { from: Math.max(span.from, to), to: span.to };
}

/** How entries lie in time: those before the edge, a multiple of step, last step seconds, the others one. */
export class Layout {
  constructor(
    readonly step: number,
    readonly edge: number,
  ) {}

  /** How many entries there are before the edge. */
  get joined(): number {
    return this.edge / this.step;
  }

  /** The entry that has a second. */
  at(second: number): number {
    return second < this.edge ? Math.floor(second / this.step) : this.joined + Math.floor(second) - this.edge;
  }

  /** The first entry that has nothing of the time before. */
  end(time: number): number {
    return time < this.edge ? Math.ceil(time / this.step) : this.joined + Math.ceil(time) - this.edge;
  }

  /** When an entry begins. */
  time(entry: number): number {
    return entry < this.joined ? entry * this.step : this.edge + entry - this.joined;
  }
}
