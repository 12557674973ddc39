import type { Range } from './group';
import type { Cells, Thinned } from './thin';

/** What has moved by less than this, in pixels, looks the same. */
const VISIBLE = 0.5;

/** What a chart has on its canvas, or would have. */
export interface Picture extends Thinned {
  range: Range;
  /** Of the plot, in pixels. */
  width: number;
  /** What else is drawn: the same objects or texts for as long as it is the same. */
  marks: readonly unknown[];
}

/** How values fall on the canvas: the ends of the scale, and how high that is in pixels. */
export interface ValueScale {
  min: number;
  max: number;
  log: boolean;
  height: number;
}

/**
 * Whether a chart would look different from what is on its canvas. Of a long run a new
 * second moves the curves by a fraction of a pixel, and to draw them is most of what a tick
 * costs; but a value that can be seen is drawn at once.
 */
export function isDue(painted: Picture, next: Picture, scale: ValueScale): boolean {
  if (painted.width !== next.width || painted.marks.length !== next.marks.length || painted.marks.some((mark, i) => mark !== next.marks[i])) return true;
  const moved = Math.max(Math.abs(next.range.from - painted.range.from), Math.abs(next.range.to - painted.range.to), Math.abs((next.t.at(-1) ?? 0) - (painted.t.at(-1) ?? 0)));
  if (moved * next.width >= VISIBLE * (next.range.to - next.range.from)) return true;
  // At its ends a picture has columns of pixels that are not whole.
  const [first, last] = [2, painted.t.length - 2];
  const shift = next.t.slice(0, 2 * first + 1).indexOf(painted.t[first] as number) - first;
  if (last <= first || shift < -first || next.t.length < last + shift) return true;
  for (let i = first; i < last; i++) if (painted.t[i] !== next.t[i + shift]) return true;
  const place = pixelOf(scale);
  return painted.columns.some((was, c) => {
    const is = next.columns[c] as Cells;
    for (let i = first; i < last; i++) if (differs(was[i], is[i + shift], place)) return true;
    return exceeds(is.slice(last + shift), was.slice(last), place);
  });
}

function pixelOf({ min, max, log, height }: ValueScale): (value: number) => number {
  if (!log) return (value) => (value / (max - min)) * height;
  const perDecade = height / Math.log10(max / min);
  return (value) => Math.log10(Math.max(value, min)) * perDecade;
}

function differs(was: number | null | undefined, is: number | null | undefined, place: (value: number) => number): boolean {
  if (was === is) return false;
  if (typeof was !== 'number' || typeof is !== 'number') return true;
  return !(Math.abs(place(is) - place(was)) < VISIBLE);
}

/** Whether cells reach beyond those that share their column of pixels. */
function exceeds(is: Cells, was: Cells, place: (value: number) => number): boolean {
  const known = (cells: Cells) => cells.filter((v) => v !== null).map(place);
  const [low, high] = [Math.min(...known(was)), Math.max(...known(was))];
  return known(is).some((v) => !(v > low - VISIBLE && v < high + VISIBLE));
}
