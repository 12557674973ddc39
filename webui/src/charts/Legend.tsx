import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './charts.module.css';
import { heatColor, lineColor, type Scheme } from './palette';
import type { ChartSpec, LineSpec } from './spec';
import { StageLegend } from './StageLegend';

const SCALE_STEPS = [0, 0.25, 0.5, 0.75, 1];

function scaleColors(scheme: Scheme): string {
  return `linear-gradient(to right, ${SCALE_STEPS.map((s) => `rgb(${heatColor(s, scheme).join(' ')})`).join(', ')})`;
}

function dash(line: LineSpec): 'dashed' | 'dotted' | 'solid' {
  if (line.style === 'dash') return 'dashed';
  return line.style === 'faint' ? 'dotted' : 'solid';
}

export interface LegendProps {
  spec: ChartSpec;
  scheme: Scheme;
  hidden: ReadonlySet<string>;
  onToggle: (key: string) => void;
  /** Where the values are written to with each drawing, by line; the last is the scale's most. */
  values: RefObject<(HTMLElement | null)[]>;
}

/** Names of a chart's lines with their values; a press shows or hides one. */
export function Legend({ spec, scheme, hidden, onToggle, values }: LegendProps) {
  const { t } = useTranslation('charts');
  return (
    <div className={classes.legend} role="group" aria-label={t('legend', { title: spec.title })}>
      {spec.lines.map((line, i) => (
        <button type="button" key={line.key} className={classes.item} aria-pressed={!hidden.has(line.key)} onClick={() => onToggle(line.key)}>
          <span className={classes.swatch} style={{ borderTopColor: lineColor(line.color, scheme), borderTopStyle: dash(line) }} />
          {line.label}
          <b ref={(element) => void (values.current[i] = element)}>–</b>
        </button>
      ))}
      {spec.limits?.map((limit) => (
        <span key={limit.label} className={classes.limit}>
          <span className={classes.swatch} style={{ borderTopColor: lineColor('red', scheme), borderTopStyle: 'dashed' }} />
          {limit.label}
        </span>
      ))}
      {spec.stages && <StageLegend />}
      {spec.heat && (
        <span className={classes.scale}>
          {t('few')}
          <span className={classes.bar} style={{ background: scaleColors(scheme) }} />
          <b ref={(element) => void (values.current[spec.lines.length] = element)}>–</b>
        </span>
      )}
    </div>
  );
}
