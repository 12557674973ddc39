import { describe, expect, it } from 'vitest';
import { isDue, type Picture, type ValueScale } from './due';
import { thin } from './thin';

const WIDTH = 600;
const LENGTH = 20_000;
const SCALE: ValueScale = { min: 0, max: 100, log: false, height: 200 };
const EVENTS: unknown[] = [];

/** A run of a steady value up to a second, but for what is given; the last seconds of it where it follows. */
function picture(to: number, { at = {}, follow = 0, marks = [EVENTS] }: { at?: Record<number, number>; follow?: number; marks?: unknown[] } = {}): Picture {
  const from = follow > 0 ? to - follow : 0;
  const t = Array.from({ length: to - from }, (_, i) => from + i);
  return { ...thin(t, [t.map((s) => at[s] ?? 50)], 1, WIDTH), range: { from, to }, width: WIDTH, marks };
}

describe('a chart of more than five hours', () => {
  const painted = picture(LENGTH);

  it('is not drawn for a second that cannot be seen', () => {
    for (let more = 1; more < 17; more++) expect(isDue(painted, picture(LENGTH + more), SCALE), `${more} s`).toBe(false);
  });
  it('is drawn when it has moved by half a pixel', () => {
    expect(isDue(painted, picture(LENGTH + 17), SCALE)).toBe(true);
  });
  it('is drawn for a value that stands out, and not for one that does not', () => {
    expect(isDue(painted, picture(LENGTH + 1, { at: { [LENGTH]: 51 } }), SCALE)).toBe(true);
    expect(isDue(painted, picture(LENGTH + 1, { at: { [LENGTH]: 50.1 } }), SCALE)).toBe(false);
    expect(isDue(painted, picture(LENGTH + 1, { at: { [LENGTH]: Number.NaN } }), SCALE)).toBe(false);
  });
  it('is drawn for seconds that were told later', () => {
    expect(isDue(painted, picture(LENGTH + 1, { at: { 4711: 90 } }), SCALE)).toBe(true);
    const gap = picture(LENGTH, { at: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [8000 + i, Number.NaN])) });
    expect(isDue(gap, picture(LENGTH + 1), SCALE)).toBe(true);
  });
  it('is drawn for an event, a hatch, another width', () => {
    expect(isDue(painted, picture(LENGTH + 1, { marks: [[]] }), SCALE)).toBe(true);
    expect(isDue(painted, { ...picture(LENGTH + 1), width: WIDTH + 1 }, SCALE)).toBe(true);
  });
  it('is drawn on a logarithmic scale for what is seen there', () => {
    const low = picture(LENGTH, { at: { 100: 2 } });
    const next = picture(LENGTH + 1, { at: { 100: 2.2 } });
    expect(isDue(low, next, { ...SCALE, min: 1 })).toBe(false);
    expect(isDue(low, next, { min: 1, max: 100, log: true, height: 200 })).toBe(true);
  });
});

describe('a chart that follows', () => {
  it('an hour is drawn each three seconds', () => {
    const due = [1, 2, 3].map((more) => isDue(picture(9000, { follow: 3600 }), picture(9000 + more, { follow: 3600 }), SCALE));
    expect(due).toEqual([false, false, true]);
  });
  it('a quarter of an hour is drawn each second', () => {
    expect(isDue(picture(9000, { follow: 900 }), picture(9001, { follow: 900 }), SCALE)).toBe(true);
  });
  it('nothing yet is drawn with its first seconds', () => {
    const first = (n: number): Picture => ({ ...picture(n), range: { from: 0, to: 10 } });
    for (const n of [0, 1, 2, 6, 8]) expect(isDue(first(n), first(n + 1), SCALE), `${n}`).toBe(true);
  });
});
