import type { TFunction } from 'i18next';
import { describe, expect, it } from 'vitest';
import type { EventKind, RunEvent } from '@/api/types';
import type { Area } from './marks';
import { bandPlaces, drawStages, MOST_BANDS, stageAt, stageBands, type StageBand } from './stages';
import { stagesAt } from './text';

let seq = 0;
const event = (second: number, kind: EventKind, more: Partial<RunEvent>): RunEvent => ({ seq: ++seq, at: '', second, kind, from: 0, to: 0, ...more });
const stage = (second: number, scenario: string, name: string) => event(second, 'stage', { text: scenario, name });
const spans = (bands: StageBand[]) => Object.fromEntries(bands.map((b) => [b.scenario, b.stages.map((s) => `${s.name} ${s.from}-${s.to}`)]));

/** Two scenarios; the second starts 30 s later. */
const two = [event(-1, 'state', { name: 'setup' }), event(0, 'state', { name: 'running' }), stage(0, 'browse', 'ramp'), stage(30, 'buy', 'ramp'), stage(60, 'browse', 'hold'), stage(90, 'buy', 'hold')];

describe('stages of loads', () => {
  it('are those of each scenario, from its own start on', () => {
    expect(spans(stageBands(two, 100))).toEqual({ browse: ['ramp 0-60', 'hold 60-100'], buy: ['ramp 30-90', 'hold 90-100'] });
  });
  it('end with the run, and with what somebody changed the load to', () => {
    const changed = [...two, event(95, 'load', { name: 'buy', to: 33.3333333 }), event(96, 'load', { name: 'other', to: 9 }), event(110, 'state', { name: 'stopping' }), event(120, 'state', { name: 'completed' })];
    expect(spans(stageBands(changed, 300))).toEqual({ browse: ['ramp 0-60', 'hold 60-110'], buy: ['ramp 30-90', 'hold 90-95', '→ 33.3 95-110'] });
  });
  it('are said at a time', () => {
    const bands = stageBands(two, 100);
    expect([0, 29, 30, 60, 100].map((at) => bands.map((b) => stageAt(b, at)?.name))).toEqual([['ramp', undefined], ['ramp', undefined], ['ramp', 'ramp'], ['hold', 'ramp'], [undefined, undefined]]);
    const t = ((key: string, { scenario }: { scenario: string }) => `${key} ${scenario}`) as unknown as TFunction<'charts'>;
    expect(stagesAt(bands, 60, t)).toEqual(['stageOf browse  hold', 'stageOf buy  ramp']);
    expect(stagesAt(stageBands([stage(0, '', 'ramp')], 10), 5, t)).toEqual(['stage   ramp']);
  });
});

describe('bands', () => {
  it('of several scenarios lie below each other, thin, and not too many', () => {
    expect(bandPlaces(1, 5, 180, 1)).toEqual([{ top: 5, height: 180 }]);
    expect(bandPlaces(2, 5, 180, 1)).toEqual([{ top: 5, height: 6 }, { top: 12, height: 6 }]);
    const crowd = bandPlaces(30, 0, 200, 2);
    expect(crowd).toHaveLength(MOST_BANDS);
    expect((crowd.at(-1)?.top ?? 0) + (crowd.at(-1)?.height ?? 0)).toBeLessThanOrEqual(200 / 4);
  });

  /** What is filled, as left, top, width, height, in units of the chart. */
  function drawn(events: RunEvent[]) {
    const filled: unknown[][] = [];
    const ctx = { save() {}, restore() {}, fillStyle: '', globalAlpha: 1, fillRect: (...box: number[]) => filled.push([...box, ctx.fillStyle, ctx.globalAlpha]) };
    drawStages({ ctx: ctx as unknown as CanvasRenderingContext2D, left: 0, top: 0, width: 100, height: 80, scheme: 'light', x: (t) => t, y: (v) => v } satisfies Area, stageBands(events, 100), 1);
    return filled;
  }
  it('are drawn for each stage of each scenario, in colours of their own', () => {
    const filled = drawn(two);
    expect(filled.map((f) => f.slice(0, 4))).toEqual([[0, 0, 60, 6], [60, 0, 40, 6], [30, 7, 60, 6], [90, 7, 10, 6]]);
    expect(new Set(filled.map((f) => f[4])).size).toBe(2);
    expect(filled[0]?.[5]).not.toBe(filled[1]?.[5]);
  });
  it('of one scenario are every other stage, as high as the chart', () => {
    expect(drawn(two.filter((e) => e.text !== 'buy')).map((f) => f.slice(0, 4))).toEqual([[0, 0, 60, 80]]);
    expect(drawn([])).toEqual([]);
  });
});
