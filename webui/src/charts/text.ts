import type { TFunction } from 'i18next';
import type { SeriesView } from '@/live/types';
import type { Range, Source } from './group';
import type { Look } from './options';
import type { Drawn, HeatCell } from './plot';
import type { ChartSpec, LineSpec } from './spec';
import { stageAt, type StageBand } from './stages';
import { extent } from './summary';
import { formatDuration } from '@/widgets/format';
import { formatValue } from './units';

type Translate = TFunction<'charts'>;

/** What a chart shows, in words, for those who do not see it. */
export function describe(spec: ChartSpec, drawn: Drawn, range: Range, t: Translate): string {
  const parts = spec.lines.flatMap((line, i) => {
    const e = extent(drawn.t, drawn.values[i] ?? []);
    if (!e) return [];
    const f = (v: number) => formatValue(v, spec.unit);
    return [t('extent', { line: line.label, min: f(e.min), max: f(e.max), last: f(e.last) })];
  });
  parts.push(...stagesAt(drawn.bands, drawn.t.at(-1) ?? -1, t));
  const span = formatDuration(range.to - range.from);
  if (parts.length === 0) return t('nothing', { title: spec.title });
  return t('summary', { title: spec.title, span, lines: parts.join(t('listSeparator')) });
}

/** A value of a line, and whose it is. */
export function valueOf(spec: ChartSpec, line: LineSpec, value: number | undefined, view: SeriesView | null, entry: number): string {
  const who = view && line.who?.(view, entry);
  return formatValue(value, spec.unit) + (who ? ` (${who})` : '');
}

/** The stages of loads at a run time, in words. */
export function stagesAt(bands: readonly StageBand[], at: number, t: Translate): string[] {
  return bands.flatMap((band) => {
    const stage = stageAt(band, at);
    return stage ? [`${t(band.scenario ? 'stageOf' : 'stage', { scenario: band.scenario })}  ${stage.name}`] : [];
  });
}

/** Values of all lines at an entry: the time first, then a line each. */
export function valuesAt(spec: ChartSpec, drawn: Drawn, index: number, hidden: ReadonlySet<string>, source: Source, look: Look, t: Translate): string[] {
  const at = drawn.t[index] ?? 0;
  const view = spec.lines.some((line) => line.who) ? source.view(at, at + 1) : null;
  const values = spec.lines.flatMap((line, i) => (hidden.has(line.key) ? [] : [`${line.label}  ${valueOf(spec, line, drawn.values[i]?.[index], view, 0)}`]));
  return [look.time(at), ...values, ...stagesAt(drawn.bands, at, t)];
}

/** From one latency to another, with their unit once where it is the same. */
export function between(low: number, high: number): string {
  const unit = (text: string) => text.replace(/^[\d.,\s]+/, '');
  const [from, to] = [formatValue(low, 'ms'), formatValue(high, 'ms')];
  return unit(from) === unit(to) ? `${from.slice(0, from.length - unit(from).length).trimEnd()}–${to}` : `${from} – ${to}`;
}

export function cellText(cell: HeatCell, look: Look, t: Translate): string {
  return t('cell', {
    time: look.time(cell.t),
    latency: between(cell.low, cell.high),
    count: formatValue(cell.count, 'count'),
    share: formatValue(cell.share, 'percent'),
  });
}

/** How far in a tooltip is drawn, in pixels: to the right of the cursor, else to its left, and not beyond the chart. */
export function besideCursor(x: number, width: number, room: number, apart = 12): number {
  return x + apart + width <= room ? x + apart : Math.max(0, Math.min(x - apart - width, room - width));
}

/** What tests read off a chart, since a canvas tells nothing. */
export function dataset(spec: ChartSpec, drawn: Drawn, range: Range): Record<'points' | 'lastT' | 'last' | 'range' | 'step' | 'missing', string> {
  const last: Record<string, number | null> = {};
  const at = drawn.t.length - 1;
  spec.lines.forEach((line, i) => {
    const v = drawn.values[i]?.[at];
    last[line.key] = v === undefined || Number.isNaN(v) ? null : v;
  });
  return { points: String(drawn.t.length), lastT: String(drawn.t.at(-1) ?? ''), last: JSON.stringify(last), range: `${range.from},${range.to}`, step: String(drawn.step), missing: drawn.missing.map((m) => `${m.from},${m.to}`).join(' ') };
}
