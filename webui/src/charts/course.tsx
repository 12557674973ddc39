import { Group, Text, useComputedColorScheme } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Course as CourseOf, Preview } from '@/plan/profile';
import { formatDuration, formatNumber, formatRate } from '@/widgets';
import { CYCLE, lineColor } from './palette';
import classes from './course.module.css';

const WIDTH = 640;
const HEIGHT = 96;
/** Lines are told apart by these as well as by their colours. */
const DASHES = ['', '8 4', '2 3', '10 3 2 3'];

export interface CourseProps {
  preview: Preview;
  /** Peaks are said times this. */
  scale?: number;
  /** What is measured, in seconds; to undefined: until the end. */
  measure?: { from: number; to: number | undefined };
  testId?: string;
}

/** How loads will go: a drawing, with their length and peaks in words. */
export function Course({ preview, scale = 1, measure, testId }: CourseProps) {
  const { t } = useTranslation('charts');
  const scheme = useComputedColorScheme('light');
  const { courses } = preview;
  const corners = courses.flatMap((c) => c.points);
  if (corners.length === 0) return null;
  const end = Math.max(1, ...corners.map((p) => p.t));
  const x = (time: number) => (Math.min(time, end) / end) * WIDTH;
  const words = wordsOf(preview, scale, t);
  const line = (i: number) => ({ stroke: lineColor(CYCLE[i % CYCLE.length] ?? 'blue', scheme), strokeDasharray: DASHES[i % DASHES.length] });
  return (
    <div data-testid={testId}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={classes.drawing} role="img" aria-label={[...words, ...courses.map((c) => c.name)].filter(Boolean).join(', ')} preserveAspectRatio="none">
        {measure && <rect className={classes.window} x={x(measure.from)} y={0} height={HEIGHT} width={Math.max(0, x(measure.to ?? end) - x(measure.from))} />}
        {courses.map((c, i) => <polyline key={i} className={classes.line} vectorEffect="non-scaling-stroke" points={pointsOf(c, topOf(courses, c.model), x)} {...line(i)} />)}
      </svg>
      <Group gap="md" className="numbers">
        {words.map((w) => <Text key={w} size="sm" c="dimmed">{w}</Text>)}
        {measure && <Text size="sm" c="dimmed">{t('course.measured')}</Text>}
        {courses.length > 1 && courses.map((c, i) => (
          <Group key={i} gap={4} wrap="nowrap">
            <svg width={24} height={8} aria-hidden><line x1={0} x2={24} y1={4} y2={4} className={classes.line} {...line(i)} /></svg>
            <Text size="sm">{c.name}</Text>
          </Group>
        ))}
      </Group>
    </div>
  );
}

/** Users and starts per second have no scale in common: each model has the whole height. */
function topOf(courses: readonly CourseOf[], model: CourseOf['model']): number {
  return Math.max(1e-9, ...courses.filter((c) => c.model === model).map((c) => c.peak));
}

function pointsOf(course: CourseOf, top: number, x: (time: number) => number): string {
  return course.points.map((p) => `${x(p.t).toFixed(1)},${(HEIGHT - 4 - (p.level / top) * (HEIGHT - 12)).toFixed(1)}`).join(' ');
}

function wordsOf(preview: Preview, scale: number, t: TFunction<'charts'>): string[] {
  return [
    preview.length > 0 ? t('course.total', { length: formatDuration(preview.length) }) : t('course.noEnd'),
    preview.peakUsers > 0 ? t('course.peakUsers', { users: formatNumber(preview.peakUsers * scale) }) : '',
    preview.peakRate > 0 ? t('course.peakRate', { rate: formatRate(preview.peakRate * scale) }) : '',
  ].filter(Boolean);
}
