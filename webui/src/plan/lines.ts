import type { Place } from './types';

/** Where the lines of a text begin; found out when it is first asked. */
export class Lines {
  private found?: number[];

  constructor(private readonly text: string) {}

  /** The place of the first character of a line, which counts from 1; undefined: no such line. */
  startOf(line: number): number | undefined {
    return this.starts()[line - 1];
  }

  placeOf(offset: number): Place {
    const starts = this.starts();
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: Math.max(offset - (starts[low] ?? 0), 0) + 1 };
  }

  private starts(): number[] {
    if (this.found) return this.found;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
    return (this.found = starts);
  }
}
