import { Course } from '@/charts/course';
import type { PlanDocument } from '@/plan';
import { printDuration, readDuration } from '@/plan/duration';
import type { LoadView } from '@/plan/load';
import { previewAt, previewOf, type Preview as Loads } from '@/plan/profile';
import { faults, type StartForm } from './form';

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
function courseOf(doc: PlanDocument | undefined, form: StartForm): Loads | undefined {
  if (faults(form).length > 0) return undefined;
  if (form.load !== 'plan') return form.scenario === '' ? previewOf(loadOf(form)) : undefined;
  return doc && form.duration === '' ? previewAt(doc) : undefined;
}

/** The course of the load as a drawing, with its length and its peak in words. */
export function Preview({ doc, form }: { doc: PlanDocument | undefined; form: StartForm }) {
  const course = courseOf(doc, form);
  if (!course) return null;
  return <Course preview={course} scale={form.load === 'plan' && form.scale !== '' ? Number(form.scale) : 1} testId="start-preview" />;
}
