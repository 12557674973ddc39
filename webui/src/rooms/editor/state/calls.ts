import { call, segment } from '@/api/client';
import type { Problem, StoredText } from '@/api/types';
import { choiceFor } from '../../send/choices';

/** What an editor asks the master for. */
export interface PlanCalls {
  read(plan: string): Promise<StoredText>;
  /** Replaces the revision; without one the plan must be new. */
  save(plan: string, text: string, revision: string | null): Promise<StoredText>;
  check(plan: string, text: string, signal: AbortSignal): Promise<Problem[]>;
}

/** A plan is looked at as it would be sent: in the environment that is chosen for that. */
function address(plan: string): string {
  const { environment } = choiceFor(plan);
  return `/plans/${segment(plan)}${environment && `?environment=${encodeURIComponent(environment)}`}`;
}

export const masterCalls: PlanCalls = {
  read: (plan) => call<StoredText>(address(plan)),
  save: (plan, text, revision) =>
    call<StoredText>(address(plan), {
      method: 'PUT',
      body: { text },
      headers: revision === null ? {} : { 'If-Match': `"${revision}"` },
    }),
  check: async (plan, text, signal) =>
    (await call<{ problems: Problem[] }>('/check', { body: { text, file: `${plan}.yaml`, environment: choiceFor(plan).environment }, signal })).problems,
};
