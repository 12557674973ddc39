import { useEffect, useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useCharts } from './context';
import { Plot, type Drawn } from './plot';
import type { ChartSpec } from './spec';
import { besideCursor, cellText, dataset, describe, valuesAt } from './text';
import { formatValue } from './units';

export interface PlotParts {
  /** The focusable box with data-testid. */
  box: RefObject<HTMLDivElement | null>;
  canvas: RefObject<HTMLDivElement | null>;
  tip: RefObject<HTMLDivElement | null>;
  /** Elements of the legend that show values. */
  values: RefObject<(HTMLElement | null)[]>;
  drawn: RefObject<Drawn | null>;
}

const SOON = 500;
const LATER = 4_000;
/** Without a tick after that time. */
const LATEST = 6_000;

/** Writes what is new: a text that is written again is laid out again. */
function write(element: HTMLElement | null | undefined, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

/**
 * Keeps a Plot in the given elements. What changes with each tick is written into them
 * directly: a tick renders no component.
 */
export function usePlot(spec: ChartSpec, hidden: ReadonlySet<string>, shown: boolean): PlotParts {
  const { group, look } = useCharts();
  const { t } = useTranslation('charts');
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const values = useRef<(HTMLElement | null)[]>([]);
  const drawn = useRef<Drawn | null>(null);
  const plot = useRef<Plot | null>(null);
  const off = useRef(hidden);
  off.current = hidden;

  useEffect(() => {
    const root = canvas.current;
    if (!root || !shown) return;
    let describing: ReturnType<typeof setTimeout> | undefined;
    /** 0: what was said at first is not yet all there is. */
    let saidAt = 0;

    const showValues = (data: Drawn, index: number) => {
      spec.lines.forEach((_line, i) => write(values.current[i], formatValue(data.values[i]?.[index], spec.unit)));
      if (data.heat) write(values.current[spec.lines.length], formatValue(data.heat.most, 'count'));
    };

    const onDrawn = (data: Drawn) => {
      drawn.current = data;
      if (group.cursor() === null) showValues(data, data.t.length - 1);
      const element = box.current;
      if (!element) return;
      Object.assign(element.dataset, dataset(spec, data, group.range()));
      // A text of many numbers that changes each second helps nobody. With ticks it has no frame of its own.
      if (saidAt > 0 && performance.now() - saidAt >= LATER) say();
      else describing ??= setTimeout(say, saidAt > 0 ? LATEST : SOON);
    };

    const say = () => {
      clearTimeout(describing);
      describing = undefined;
      saidAt = (drawn.current?.t.length ?? 0) > 1 ? performance.now() : 0;
      if (drawn.current) box.current?.setAttribute('aria-label', describe(spec, drawn.current, group.range(), t));
    };

    const onCursor = (index: number, left: number) => {
      const element = tip.current;
      const data = drawn.current;
      if (!element || !data) return;
      showValues(data, index < 0 ? data.t.length - 1 : index);
      element.hidden = index < 0 || !(current.isHovered() || document.activeElement === box.current);
      if (element.hidden) return;
      const cell = current.heatCell();
      element.textContent = [...valuesAt(spec, data, index, off.current, group.source, look, t), ...(cell ? [cellText(cell, look, t)] : [])].join('\n');
      const room = root.clientWidth;
      const axis = room - (root.querySelector('.u-over')?.clientWidth ?? room);
      element.style.left = `${besideCursor(left + axis, element.offsetWidth, room)}px`;
    };

    const current = new Plot(root, spec, group, look, onDrawn, onCursor);
    plot.current = current;
    spec.lines.forEach((line, i) => off.current.has(line.key) && current.setShown(i, false));
    const sizes = new ResizeObserver(() => current.setSize(root.clientWidth, root.clientHeight));
    const sight = new IntersectionObserver((entries) => current.setSeen(entries.at(-1)?.isIntersecting ?? false));
    const print = () => current.catchUp();
    addEventListener('beforeprint', print);
    sizes.observe(root);
    sight.observe(root);
    return () => {
      removeEventListener('beforeprint', print);
      clearTimeout(describing);
      sizes.disconnect();
      sight.disconnect();
      current.close();
      plot.current = null;
    };
  }, [spec, group, look, t, shown]);

  useEffect(() => {
    spec.lines.forEach((line, i) => plot.current?.setShown(i, !hidden.has(line.key)));
  }, [spec, hidden]);

  return { box, canvas, tip, values, drawn };
}
