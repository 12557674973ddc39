import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconHourglass, IconPlayerPlay, IconPlayerStop, IconTrendingUp, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ToneBadge, type Tone } from '@/widgets/tone-badge';
import { useOpenRun } from './context';
import { standing, type Phase } from './state';
import { useRunValue } from './useRunValue';

const LOOKS: Record<Phase, { tone: Tone; icon: Icon }> = {
  starting: { tone: 'quiet', icon: IconHourglass },
  ramping: { tone: 'busy', icon: IconTrendingUp },
  running: { tone: 'good', icon: IconPlayerPlay },
  degraded: { tone: 'warn', icon: IconAlertTriangle },
  stopping: { tone: 'warn', icon: IconPlayerStop },
  passed: { tone: 'good', icon: IconCircleCheck },
  completed: { tone: 'good', icon: IconCircleCheck },
  failed: { tone: 'bad', icon: IconCircleX },
  stopped: { tone: 'quiet', icon: IconPlayerStop },
  aborted: { tone: 'warn', icon: IconAlertTriangle },
};

/** The state of the run in a word: also how far it has ramped, and what it has lost. */
export function StateBadge() {
  const { t } = useTranslation('run');
  const { result, store } = useOpenRun();
  const phase = useRunValue(store, ({ tick }) => standing(result, tick).phase);
  const word = useRunValue(store, ({ tick }) => {
    const s = standing(result, tick);
    return s.phase === 'starting' ? t(`state.${s.state}`) : t(`phase.${s.phase}`, { users: s.users, target: s.target, count: s.lost });
  });
  return (
    <ToneBadge {...LOOKS[phase]} pulse={phase === 'starting'} testId="run-state">
      {word}
    </ToneBadge>
  );
}
