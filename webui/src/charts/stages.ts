import type { RunEvent, State } from '@/api/types';
import { formatNumber } from '@/widgets/format';
import type { Range } from './group';
import type { Area } from './marks';
import { lineColor, type ColorName } from './palette';

/** A stage of a load, from its begin to that of what follows it. */
export interface StageSpan extends Range {
  name: string;
}

/** The stages of one scenario's load. */
export interface StageBand {
  /** Empty: the plan has no scenarios. */
  scenario: string;
  color: ColorName;
  stages: StageSpan[];
}

/** So many scenarios have a band of their own: more could not be told apart. */
export const MOST_BANDS = 8;
/** Not those of the lines. */
const COLORS: ColorName[] = ['orange', 'teal', 'purple', 'pink', 'yellow', 'red', 'blue', 'grey'];
const OVER: ReadonlySet<string> = new Set<State>(['stopping', 'completed', 'stopped', 'aborted', 'failed']);
/** Of bands, in pixels. */
const HIGHEST = 6;
const APART = 1;
/** All bands together have at most this share of a chart. */
const MOST_HEIGHT = 0.25;

/**
 * The stages of loads as they went, by scenario, in the order in which they began: a
 * scenario that starts later has none before. A load that somebody changed has no planned
 * stage any more; what it was changed to stands for one. Nothing lasts beyond the end.
 */
export function stageBands(events: readonly RunEvent[], end: number): StageBand[] {
  const bands = new Map<string, StageBand>();
  const over = Math.min(end, ...events.filter((e) => e.kind === 'state' && OVER.has(e.name ?? '') && e.second >= 0).map((e) => e.second));
  const begin = (scenario: string, band: StageBand, name: string, from: number) => {
    const before = band.stages.at(-1);
    if (before) before.to = Math.min(over, from);
    if (from < over) band.stages.push({ name, from, to: over });
    bands.set(scenario, band);
  };
  for (const event of events) {
    if (event.kind === 'stage') {
      const scenario = event.text ?? '';
      begin(scenario, bands.get(scenario) ?? { scenario, color: COLORS[bands.size % COLORS.length] ?? 'grey', stages: [] }, event.name ?? '', event.second);
    } else if (event.kind === 'load') {
      const band = bands.get(event.name ?? '');
      if (band) begin(band.scenario, band, `→ ${formatNumber(event.to, 1)}`, event.second);
    }
  }
  return [...bands.values()];
}

/** The stage of a band at a run time; undefined: there is none. */
export function stageAt(band: StageBand, at: number): StageSpan | undefined {
  return band.stages.find((s) => s.from <= at && at < s.to);
}

/** Where bands lie: the one of a single scenario is as high as the chart, those of several are thin and below each other. */
export function bandPlaces(count: number, top: number, height: number, ratio: number): { top: number; height: number }[] {
  if (count <= 1) return [{ top, height }];
  const shown = Math.min(count, MOST_BANDS);
  const each = Math.max(2 * ratio, Math.min(HIGHEST * ratio, Math.floor((height * MOST_HEIGHT) / shown) - APART * ratio));
  return Array.from({ length: shown }, (_, i) => ({ top: top + i * (each + APART * ratio), height: each }));
}

/** Shades the stages of loads, every other one darker. */
export function drawStages(area: Area, bands: readonly StageBand[], ratio: number): void {
  const { ctx } = area;
  const alone = bands.length === 1;
  ctx.save();
  bandPlaces(bands.length, area.top, area.height, ratio).forEach(({ top, height }, b) => {
    const band = bands[b];
    ctx.fillStyle = lineColor(alone ? 'blue' : (band?.color ?? 'grey'), area.scheme);
    band?.stages.forEach(({ from, to }, i) => {
      const left = Math.max(area.left, area.x(from));
      const right = Math.min(area.left + area.width, area.x(to));
      ctx.globalAlpha = alone ? 0.08 : i % 2 === 0 ? 0.8 : 0.35;
      if (right > left && !(alone && i % 2 === 1)) ctx.fillRect(left, top, right - left, height);
    });
  });
  ctx.restore();
}
