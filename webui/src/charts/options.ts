import uPlot from 'uplot';
import type { Preferences } from '@/widgets/preferences';
import { logRange, logTicks, MARGIN, timeTicks, valueRange } from './axis';
import { HEAT_HIGH, HEAT_LOW } from './heat';
import { frameColors, lineColor, type Scheme } from './palette';
import type { ChartSpec, LineSpec } from './spec';
import { formatValue } from './units';

const FONT = '12px system-ui, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** How a chart is looked at; a change of it draws the chart anew. */
export interface Look {
  scheme: Scheme;
  /** A run time as the time axis shows it. */
  time: (t: number) => string;
  /** Numbers are written as these say. */
  language: string;
  preferences: Preferences;
}

function lineOptions(spec: ChartSpec, line: LineSpec, look: Look): uPlot.Series {
  const color = lineColor(line.color, look.scheme);
  const style = line.style ?? 'line';
  return {
    scale: 'y',
    label: line.label,
    stroke: style === 'faint' ? `${color}80` : color,
    width: spec.stacked || style === 'faint' ? 1 : 1.5,
    fill: spec.stacked || style === 'area' ? `${color}${spec.stacked ? 'cc' : '33'}` : undefined,
    dash: style === 'dash' ? [6, 4] : undefined,
    paths: style === 'step' || style === 'dash' ? uPlot.paths.stepped?.({ align: 1 }) : uPlot.paths.linear?.(),
    points: { show: (_u, _i, from, to) => to - from < 3 && to > from, size: 4 },
    spanGaps: false,
  };
}

function valueScale(spec: ChartSpec): uPlot.Scale {
  if (spec.heat) return { distr: 3, log: 10, range: () => [HEAT_LOW, HEAT_HIGH] };
  if (spec.log) return { distr: 3, log: 10, range: (_u, low, high) => logRange(low, high) };
  return {
    range: (_u, _low, high) => {
      const limit = Math.max(0, ...(spec.limits ?? []).map((l) => l.value));
      // A limit far above what is measured would press the lines flat.
      const shown = limit > 0 && limit <= (high ?? 0) * 4 ? Math.max(limit, high ?? 0) : high;
      return spec.fixed ? [0, spec.floor ?? 1] : valueRange(shown, spec.floor);
    },
  };
}

/** Room for the widest label of an axis, with its ticks; canvases do not lay out text. */
function widest(labels: string[] | null | undefined): number {
  const most = Math.max(3, ...(labels ?? []).map((l) => [...l].length));
  return Math.ceil(most * 7 + 16);
}

function axes(spec: ChartSpec, look: Look): uPlot.Axis[] {
  const frame = frameColors(look.scheme);
  const common = { stroke: frame.text, font: FONT, ticks: { stroke: frame.grid, width: 1, size: 4 }, border: { show: false } };
  const grid = { stroke: frame.grid, width: 1, show: !spec.heat };
  return [
    {
      ...common,
      grid: { ...grid, show: false },
      size: 26,
      splits: (u, _i, min, max) => timeTicks(min, max, u.bbox.width / uPlot.pxRatio || u.width),
      values: (_u, splits) => splits.map(look.time),
    },
    {
      ...common,
      scale: 'y',
      grid,
      size: (_u, labels) => widest(labels),
      ...(spec.log || spec.heat ? { splits: (u: uPlot) => logTicks(u.scales.y?.min ?? 1, u.scales.y?.max ?? 10), filter: (_u: uPlot, splits: number[]) => splits } : {}),
      values: (_u, splits) => splits.map((v) => formatValue(v, spec.unit)),
    },
  ];
}

function band(spec: ChartSpec, look: Look): uPlot.Band[] {
  const [high, low] = (spec.band ?? []).map((key) => spec.lines.findIndex((line) => line.key === key) + 1);
  return high && low ? [{ series: [high, low], fill: `${lineColor(spec.lines[low - 1]?.color ?? 'grey', look.scheme)}22` }] : [];
}

/** The options of uPlot for a spec. Legend, tooltip and zoom are our own. */
export function plotOptions(spec: ChartSpec, look: Look, width: number, height: number): uPlot.Options {
  return {
    width,
    height,
    padding: [6, MARGIN, 0, 0],
    legend: { show: false },
    scales: { x: { time: false, auto: false }, y: valueScale(spec) },
    series: [{}, ...spec.lines.map((line) => lineOptions(spec, line, look))],
    bands: band(spec, look),
    axes: axes(spec, look),
    cursor: {
      y: false,
      points: { size: 6 },
      drag: { x: true, y: false, setScale: false },
    },
  };
}
