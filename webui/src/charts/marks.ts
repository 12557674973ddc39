import type { EventKind, RunEvent } from '@/api/types';
import type { Range } from './group';
import { clusterEvents } from './lane';
import { frameColors, lineColor, type ColorName, type Scheme } from './palette';

/** The colour of an event's line and mark. */
export function eventColor(kind: EventKind): ColorName {
  switch (kind) {
    case 'worker_lost':
    case 'threshold_crossed':
      return 'red';
    case 'worker_suspect':
      return 'orange';
    case 'worker_returned':
    case 'threshold_recovered':
    case 'steady':
      return 'teal';
    case 'note':
      return 'purple';
    case 'load':
    case 'stage':
      return 'blue';
    default:
      return 'grey';
  }
}

/** The plot area, in pixels of the canvas, and how run time and values fall on it. */
export interface Area {
  ctx: CanvasRenderingContext2D;
  left: number;
  top: number;
  width: number;
  height: number;
  scheme: Scheme;
  x: (t: number) => number;
  y: (value: number) => number;
}

/** The events of which one cluster would make a curtain of lines. */
const CROWD = 3;
const RANK: ColorName[] = ['red', 'orange', 'blue', 'purple', 'teal', 'grey'];

/** Of a crowd of events the gravest stands for all; one that is pinned has its line always. */
export function lineEvents(events: readonly RunEvent[], range: Range, pixels: number, pinned: number | null): RunEvent[] {
  const rank = (e: RunEvent) => RANK.indexOf(eventColor(e.kind));
  return clusterEvents(events, range.from, range.to, pixels).flatMap(({ events: near }) => {
    if (near.length <= CROWD) return near;
    const gravest = near.reduce((a, b) => (rank(b) < rank(a) ? b : a));
    return near.filter((e) => e === gravest || e.seq === pinned);
  });
}

export function drawEvents(area: Area, events: readonly RunEvent[], range: Range, pinned: number | null, ratio: number): void {
  const { ctx } = area;
  for (const event of lineEvents(events, range, area.width / ratio, pinned)) {
    const x = Math.round(area.x(event.second)) + 0.5;
    ctx.strokeStyle = lineColor(eventColor(event.kind), area.scheme);
    ctx.lineWidth = event.seq === pinned ? 2.5 : 1;
    ctx.setLineDash(event.seq === pinned ? [] : [4, 4]);
    ctx.beginPath();
    ctx.moveTo(x, area.top);
    ctx.lineTo(x, area.top + area.height);
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

export function drawLimits(area: Area, limits: { value: number }[]): void {
  const { ctx } = area;
  ctx.strokeStyle = lineColor('red', area.scheme);
  ctx.lineWidth = 1;
  ctx.setLineDash([8, 4]);
  for (const { value } of limits) {
    const y = Math.round(area.y(value)) + 0.5;
    if (y < area.top || y > area.top + area.height) continue;
    ctx.beginPath();
    ctx.moveTo(area.left, y);
    ctx.lineTo(area.left + area.width, y);
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

/** Shades stretches of which nobody knows anything, so that they are not taken for ones without load. */
export function drawGaps(area: Area, gaps: readonly Range[]): void {
  const { ctx } = area;
  ctx.save();
  ctx.fillStyle = lineColor('grey', area.scheme);
  ctx.globalAlpha = 0.15;
  for (const { from, to } of gaps) {
    const left = Math.max(area.left, area.x(from));
    const right = Math.min(area.left + area.width, area.x(to));
    if (right > left) ctx.fillRect(left, area.top, right - left, area.height);
  }
  ctx.restore();
}

/** Hatches what has yet to be fetched, so that it is not taken for a stretch without load. */
export function drawMissing(area: Area, missing: readonly Range[]): void {
  const { ctx } = area;
  for (const { from, to } of missing) {
    const left = Math.max(area.left, area.x(from));
    const right = Math.min(area.left + area.width, area.x(to));
    if (right <= left) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, area.top, right - left, area.height);
    ctx.clip();
    ctx.strokeStyle = lineColor('grey', area.scheme);
    ctx.globalAlpha = 0.45;
    ctx.lineWidth = 1;
    ctx.beginPath();
    for (let x = left - area.height; x < right; x += 9) {
      ctx.moveTo(x, area.top + area.height);
      ctx.lineTo(x + area.height, area.top);
    }
    ctx.stroke();
    ctx.restore();
  }
}

/** Sets off lines that are drawn upon a heat map, whatever its colours. */
export function drawHalo(area: Area, t: ArrayLike<number>, column: ArrayLike<number | null | undefined>, ratio: number): void {
  const { ctx } = area;
  ctx.save();
  ctx.beginPath();
  ctx.rect(area.left, area.top, area.width, area.height);
  ctx.clip();
  ctx.strokeStyle = frameColors(area.scheme).ground;
  ctx.globalAlpha = 0.7;
  ctx.lineWidth = 3 * ratio;
  ctx.lineJoin = 'round';
  ctx.beginPath();
  let before = false;
  for (let i = 0; i < t.length; i++) {
    const v = column[i] ?? null;
    const x = area.x(t[i] as number);
    if (v !== null && before) ctx.lineTo(x, area.y(v));
    else if (v !== null) ctx.moveTo(x, area.y(v));
    before = v !== null;
  }
  ctx.stroke();
  ctx.restore();
}
