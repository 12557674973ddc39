import { Course } from '@/charts/course';
import type { PlanDocument } from '@/plan';
import { previewAt, previewOf, type Preview as Loads } from '@/plan/profile';
import { loadOf } from './differences';
import { faults, type StartForm } from './form';
import { loadPath, plannedLoad } from './planned';

/** How the load would go; undefined while it makes no sense, or nobody can say. */
function courseOf(doc: PlanDocument, form: StartForm): Loads | undefined {
  if (faults(form).length > 0) return undefined;
  if (form.load === 'plan') return form.duration === '' ? previewAt(doc) : undefined;
  const path = loadPath(doc, form.scenario);
  return path && previewOf(loadOf(plannedLoad(doc, path), form));
}

/** The course of the load as a drawing, with its length and its peak in words. */
export function Preview({ doc, form }: { doc: PlanDocument | undefined; form: StartForm }) {
  const course = doc && courseOf(doc, form);
  if (!course) return null;
  return <Course preview={course} scale={form.load === 'plan' && form.scale !== '' ? Number(form.scale) : 1} testId="start-preview" />;
}
