import uPlot from 'uplot';
import { isDue, type Picture, type ValueScale } from './due';
import { scaledRange, within, type ChartGroup, type Range } from './group';
import { heatColumns, heatEdge, heatRow, HEAT_ROWS, paintHeat, type HeatColumns } from './heat';
import { drawEvents, drawGaps, drawHalo, drawLimits, drawMissing, type Area } from './marks';
import { plotOptions, type Look } from './options';
import { heatPixels } from './palette';
import { readLines, type ChartSpec } from './spec';
import { drawStages, stageBands, type StageBand } from './stages';
import { nearest } from './summary';
import { thin, type Cells } from './thin';

/** What a chart says of itself in its turn, whether or not it looks different. */
export interface Drawn {
  t: Float64Array;
  /** Values as they are, not thinned and not stacked, by line. */
  values: ArrayLike<number>[];
  step: number;
  heat: HeatColumns | null;
  /** Stretches of it that have yet to be fetched, or to be told. */
  missing: readonly Range[];
  /** Stretches of which nobody knows anything. */
  gaps: readonly Range[];
  /** Stages of loads, where the chart shows them. */
  bands: readonly StageBand[];
}

/** A point of a heat map: a column and a row of it. */
export interface HeatCell {
  t: number;
  low: number;
  high: number;
  count: number;
  share: number;
}

/**
 * One chart on a canvas. It draws in its turn of the group's frames, only while it can be
 * seen and would look different. Made and closed by one component, which is told each time.
 */
export class Plot {
  private readonly u: uPlot;
  private readonly pixels: Uint32Array;
  private readonly canvas = document.createElement('canvas');
  private readonly leave: () => void;
  private drawn: Drawn = { t: new Float64Array(), values: [], step: 1, heat: null, missing: [], gaps: [], bands: [] };
  /** What is on the canvas; null: nothing yet. */
  private painted: Picture | null = null;
  private seen = false;
  private stale = true;
  private pan: { x: number; from: number; to: number } | null = null;
  private hovered = false;

  constructor(
    root: HTMLElement,
    readonly spec: ChartSpec,
    private readonly group: ChartGroup,
    private readonly look: Look,
    private readonly onDrawn: (drawn: Drawn) => void,
    private readonly onCursor: (index: number, left: number) => void,
  ) {
    const options = plotOptions(spec, look, root.clientWidth || 400, root.clientHeight || 200);
    options.hooks = {
      drawAxes: [() => this.drawBeneath()],
      draw: [() => this.drawAbove()],
      setSelect: [(u) => this.selected(u)],
      setCursor: [(u) => this.pointed(u)],
    };
    options.cursor = { ...options.cursor, bind: { mousedown: (_u, _t, handler) => (e) => this.pressed(e, handler), dblclick: () => () => (this.group.zoom(null), null) } };
    this.pixels = heatPixels(look.scheme);
    this.u = new uPlot(options, [[], ...spec.lines.map(() => [])], root);
    this.u.over.addEventListener('mouseenter', () => (this.hovered = true));
    this.u.over.addEventListener('mouseleave', () => {
      this.hovered = false;
      this.group.setCursor(null);
    });
    this.leave = group.subscribe((change) => (change === 'cursor' ? this.showCursor() : this.ask()));
  }

  /** Draws when it is this chart's turn; at once when it comes into sight. */
  ask(): void {
    this.stale = true;
    if (this.seen) this.group.frames.ask(this, this.draw);
  }

  setSeen(seen: boolean): void {
    this.seen = seen;
    if (seen && this.stale) this.ask();
    if (!seen) this.group.frames.drop(this);
  }

  /** Draws at once what nobody has looked at yet: on paper everything is seen. */
  catchUp(): void {
    if (this.stale) this.draw();
  }

  setSize(width: number, height: number): void {
    if (width <= 0 || (Math.abs(width - this.u.width) < 1 && Math.abs(height - this.u.height) < 1)) return;
    this.u.setSize({ width, height });
    this.ask();
  }

  setShown(line: number, show: boolean): void {
    this.u.setSeries(line + 1, { show });
  }

  /** Whether the pointer is over this chart of the group. */
  isHovered(): boolean {
    return this.hovered;
  }

  /** The cell of the heat map under the pointer. */
  heatCell(): HeatCell | null {
    const { heat } = this.drawn;
    const at = this.group.cursor();
    const top = this.u.cursor.top ?? -1;
    if (!heat || at === null || top < 0) return null;
    const column = Math.min(heat.t.length - 1, Math.floor((at - (heat.t[0] ?? 0)) / heat.span));
    if (column < 0) return null;
    const row = heatRow(this.u.posToVal(top, 'y'));
    const counts = heat.counts.subarray(column * HEAT_ROWS, (column + 1) * HEAT_ROWS);
    const count = counts[row] ?? 0;
    const total = counts.reduce((a, b) => a + b, 0);
    return { t: heat.t[column] ?? 0, low: heatEdge(row), high: heatEdge(row + 1), count, share: total > 0 ? count / total : 0 };
  }

  close(): void {
    this.leave();
    this.group.frames.drop(this);
    this.u.destroy();
  }

  private readonly draw = () => {
    this.stale = false;
    const range = this.group.range();
    const { from, to } = range;
    const { source } = this.group;
    const view = source.view(from, to);
    const width = this.width();
    const stacked = readLines(this.spec, view);
    const missing = within(source.missing(view), from, to);
    const marks = [source.events(), this.group.pin(), JSON.stringify([missing, view.gaps])];
    const picture = { ...thin(view.t, stacked, view.step, width), range, width, marks };
    const due = this.painted === null || isDue(this.painted, picture, this.valueScale());
    this.drawn = {
      t: view.t,
      values: this.spec.stacked ? this.spec.lines.map((line) => line.read(view)) : stacked,
      step: view.step,
      heat: this.spec.heat && due ? heatColumns(view, width, this.spec.heat) : this.drawn.heat,
      missing,
      gaps: view.gaps,
      bands: this.spec.stages ? stageBands(source.events(), to) : [],
    };
    if (due) this.paint(picture);
    this.onDrawn(this.drawn);
    if (this.group.cursor() !== null) this.showCursor();
  };

  private paint(picture: Picture): void {
    if (this.drawn.heat) this.paintHeat(this.drawn.heat);
    this.u.batch(() => {
      this.u.setData([picture.t, ...(picture.columns as Cells[])], false);
      this.u.setScale('x', { min: picture.range.from, max: picture.range.to });
    });
    this.painted = picture;
  }

  /** Of the plot, in pixels, as it is known without a layout of the page. */
  private width(): number {
    return Math.max(1, Math.round(this.u.bbox.width / uPlot.pxRatio));
  }

  private valueScale(): ValueScale {
    const { min, max, distr } = this.u.scales.y ?? {};
    return { min: min ?? 0, max: max ?? 1, log: distr === 3, height: this.u.bbox.height / uPlot.pxRatio };
  }

  private paintHeat(heat: HeatColumns): void {
    if (heat.t.length === 0) return;
    this.canvas.width = heat.t.length;
    this.canvas.height = HEAT_ROWS;
    const ctx = this.canvas.getContext('2d');
    if (!ctx) return;
    const image = ctx.createImageData(heat.t.length, HEAT_ROWS);
    paintHeat(heat, this.pixels, image);
    ctx.putImageData(image, 0, 0);
  }

  private area(): Area {
    const { left, top, width, height } = this.u.bbox;
    const u = this.u;
    return { ctx: u.ctx, left, top, width, height, scheme: this.look.scheme, x: (t) => u.valToPos(t, 'x', true), y: (v) => u.valToPos(v, 'y', true) };
  }

  private drawBeneath(): void {
    const area = this.area();
    drawGaps(area, this.drawn.gaps);
    drawStages(area, this.drawn.bands, uPlot.pxRatio);
    const { heat } = this.drawn;
    if (!heat || heat.t.length === 0) return;
    const { ctx } = area;
    const left = area.x(heat.t[0] ?? 0);
    const right = area.x((heat.t.at(-1) ?? 0) + heat.span);
    ctx.save();
    ctx.beginPath();
    ctx.rect(area.left, area.top, area.width, area.height);
    ctx.clip();
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(this.canvas, left, area.top, right - left, area.height);
    ctx.restore();
    const [t = [], ...columns] = this.u.data;
    columns.forEach((column, i) => this.u.series[i + 1]?.show && drawHalo(area, t, column, uPlot.pxRatio));
  }

  private drawAbove(): void {
    const area = this.area();
    const { source } = this.group;
    const ratio = uPlot.pxRatio;
    area.ctx.save();
    area.ctx.lineWidth = ratio;
    drawLimits(area, this.spec.limits ?? []);
    drawEvents(area, source.events(), this.group.range(), this.group.pin(), ratio);
    drawMissing(area, this.drawn.missing);
    area.ctx.restore();
  }

  private selected(u: uPlot): void {
    if (u.select.width < 4) return;
    const from = u.posToVal(u.select.left, 'x');
    const to = u.posToVal(u.select.left + u.select.width, 'x');
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (to - from >= 1) this.group.zoom({ from: Math.floor(from), to: Math.ceil(to) });
  }

  private pointed(u: uPlot): void {
    if (!this.hovered || u.cursor.left === undefined || u.cursor.left < 0) return;
    this.group.setCursor(Math.round(u.posToVal(u.cursor.left, 'x')));
    // The pointer may move along one second without the cursor's time changing.
    if (this.spec.heat) this.showCursor();
  }

  private showCursor(): void {
    const at = this.group.cursor();
    const index = at === null ? -1 : nearest(this.drawn.t, at);
    const left = at === null ? -10 : this.u.valToPos(at, 'x');
    if (!this.hovered) this.u.setCursor({ left, top: at === null ? -10 : 1 }, false);
    this.onCursor(index, left);
  }

  private pressed(e: MouseEvent, handler: uPlot.Cursor.MouseListener): null {
    if (!e.shiftKey) {
      handler(e);
      return null;
    }
    const { from, to } = this.group.range();
    this.pan = { x: e.clientX, from, to };
    window.addEventListener('mousemove', this.panned);
    window.addEventListener('mouseup', this.released, { once: true });
    return null;
  }

  private readonly panned = (e: MouseEvent) => {
    if (!this.pan) return;
    const { x, from, to } = this.pan;
    const moved = ((x - e.clientX) / this.width()) * (to - from);
    const moving = { from: from + moved, to: to + moved };
    const zoom = scaledRange(moving, 1, (moving.from + moving.to) / 2, this.group.source.lastSecond());
    this.group.setWindow({ ...this.group.window(), zoom });
  };

  private readonly released = () => {
    const { zoom } = this.group.window();
    // The address is told once, at the end: browsers bound how often it may change.
    if (this.pan && zoom) this.group.zoom(zoom);
    this.pan = null;
    window.removeEventListener('mousemove', this.panned);
  };
}
