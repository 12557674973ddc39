import { call, segment } from '@/api/client';
import type { Problem, StoredText } from '@/api/types';

/** What an editor asks the master for. */
export interface PlanCalls {
  read(plan: string): Promise<StoredText>;
  /** Replaces the revision; without one the plan must be new. */
  save(plan: string, text: string, revision: string | null): Promise<StoredText>;
  check(plan: string, text: string, signal: AbortSignal): Promise<Problem[]>;
}

export const masterCalls: PlanCalls = {
  read: (plan) => call<StoredText>(`/plans/${segment(plan)}`),
  save: (plan, text, revision) =>
    call<StoredText>(`/plans/${segment(plan)}`, {
      method: 'PUT',
      body: { text },
      headers: revision === null ? {} : { 'If-Match': `"${revision}"` },
    }),
  check: async (plan, text, signal) =>
    (await call<{ problems: Problem[] }>('/check', { body: { text, file: `${plan}.yaml` }, signal })).problems,
};
