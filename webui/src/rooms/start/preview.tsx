import type { PlanDocument } from '@/plan';
import { clock, printDuration, readDuration } from '@/plan/duration';
import type { LoadView } from '@/plan/load';
import { previewAt, previewOf, type Preview as Course } from '@/plan/profile';
import { formatNumber, formatRate } from '@/widgets';
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { faults, type StartForm } from './form';
import classes from './start.module.css';

const WIDTH = 640;
const HEIGHT = 96;

/** The load of the form as a plan would write it. */
function loadOf(form: StartForm): Omit<LoadView, 'path'> {
  const ms = readDuration(form.duration);
  const stages = form.stages.map((s) => ({ ...s, duration: s.duration && printDuration(readDuration(s.duration) ?? 0) }));
  return {
    form: form.load === 'rate' ? 'arrivals' : form.load === 'stages' ? 'stages' : 'users', model: form.load === 'rate' ? 'arrivals' : 'users',
    users: form.users, spawnRate: form.spawnRate, rate: form.rate, duration: ms === undefined || form.duration === '' ? '' : printDuration(ms), stages,
    maxUsers: form.maxUsers, maxWait: '', readyUsers: '', iterations: '', perUser: false, gracefulStop: '',
  };
}

/** How the load would go; undefined while it makes no sense, or nobody can say. */
export function courseOf(doc: PlanDocument | undefined, form: StartForm): Course | undefined {
  if (faults(form).length > 0) return undefined;
  if (form.load !== 'plan') return form.scenario === '' ? previewOf(loadOf(form)) : undefined;
  return doc && form.duration === '' ? previewAt(doc) : undefined;
}

/** The course of the load as a drawing, with its length and its peak in words. */
export function Preview({ doc, form }: { doc: PlanDocument | undefined; form: StartForm }) {
  const { t } = useTranslation('start');
  const course = courseOf(doc, form);
  const corners = course?.courses.flatMap((c) => c.points) ?? [];
  if (!course || corners.length === 0) return null;
  const scale = form.load === 'plan' && form.scale !== '' ? Number(form.scale) : 1;
  const end = Math.max(1, ...corners.map((p) => p.t));
  const top = Math.max(1, ...corners.map((p) => p.level));
  const words = [
    course.length > 0 ? t('total', { length: clock(course.length * 1000) }) : t('noEnd'),
    course.peakUsers > 0 ? t('peakUsers', { users: formatNumber(course.peakUsers * scale) }) : '',
    course.peakRate > 0 ? t('peakRate', { rate: formatRate(course.peakRate * scale) }) : '',
  ].filter(Boolean);
  return (
    <div data-testid="start-preview">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={classes.preview} role="img" aria-label={words.join(', ')} preserveAspectRatio="none">
        {course.courses.map((c) => (
          <polyline
            key={c.name} className={classes.course} vectorEffect="non-scaling-stroke"
            points={c.points.map((p) => `${((p.t / end) * WIDTH).toFixed(1)},${(HEIGHT - 4 - (p.level / top) * (HEIGHT - 12)).toFixed(1)}`).join(' ')}
          />
        ))}
      </svg>
      <Group gap="md" className="numbers">{words.map((w) => <Text key={w} size="sm" c="dimmed">{w}</Text>)}</Group>
    </div>
  );
}
