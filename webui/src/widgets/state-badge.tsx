import type { State, Verdict } from '@/api/types';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconClock, IconHandStop, IconHourglass, IconPlayerPlay, IconPlayerStop, IconX, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ToneBadge, type Tone } from './tone-badge';

const LOOKS: Record<State, { tone: Tone; icon: Icon; pulse?: boolean }> = {
  queued: { tone: 'quiet', icon: IconClock, pulse: true },
  preparing: { tone: 'busy', icon: IconHourglass, pulse: true },
  setup: { tone: 'busy', icon: IconHourglass, pulse: true },
  running: { tone: 'good', icon: IconPlayerPlay },
  stopping: { tone: 'warn', icon: IconHourglass, pulse: true },
  completed: { tone: 'good', icon: IconCircleCheck },
  stopped: { tone: 'quiet', icon: IconPlayerStop },
  aborted: { tone: 'warn', icon: IconHandStop },
  failed: { tone: 'bad', icon: IconX },
};

const ENDED: ReadonlySet<State> = new Set(['completed', 'stopped', 'aborted', 'failed']);

/** Whether a run in this state is over. */
export function isEnded(state: State): boolean {
  return ENDED.has(state);
}

export interface StateBadgeProps {
  state: State;
  /** Workers were lost; the run goes on with those that are left. */
  degraded?: boolean;
  /** How many are not there now; missing: it is not known. */
  lost?: number;
  testId?: string;
}

/** How a run stands. */
export function StateBadge({ state, degraded = false, lost, testId }: StateBadgeProps) {
  const { t } = useTranslation('widgets');
  const worn = degraded && !isEnded(state) && state !== 'stopping';
  const look = worn ? { tone: 'warn' as const, icon: IconAlertTriangle } : LOOKS[state];
  return (
    <ToneBadge {...look} testId={testId}>
      {worn ? t(lost === 0 ? 'wasDegraded' : 'degraded', { state: t(`state.${state}`) }) : t(`state.${state}`)}
    </ToneBadge>
  );
}

/** What thresholds said of a run that has ended; nothing where there were none. */
export function VerdictBadge({ result, testId }: { result: Verdict; testId?: string }) {
  const { t } = useTranslation('widgets');
  if (result === '') return null;
  const passed = result === 'passed';
  return (
    <ToneBadge tone={passed ? 'good' : 'bad'} icon={passed ? IconCircleCheck : IconCircleX} testId={testId}>
      {t(passed ? 'verdict.passed' : 'verdict.failed')}
    </ToneBadge>
  );
}
