import type { Worker } from '@/api/types';
import { ToneBadge, type Tone } from '@/widgets';
import { IconActivity, IconAlertTriangle, IconCircleCheck, IconPlugConnected, IconPlugConnectedX, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

const LOOKS: Record<string, { tone: Tone; icon: Icon; pulse?: boolean }> = {
  connecting: { tone: 'quiet', icon: IconPlugConnected, pulse: true },
  ready: { tone: 'good', icon: IconCircleCheck },
  busy: { tone: 'busy', icon: IconActivity },
  lost: { tone: 'bad', icon: IconPlugConnectedX },
  incompatible: { tone: 'warn', icon: IconAlertTriangle },
};

const UNKNOWN = { tone: 'quiet' as const, icon: IconAlertTriangle };

/** How a worker is, in a word with an icon. */
export function WorkerState({ worker }: { worker: Worker }) {
  const { t } = useTranslation('workers');
  return (
    <ToneBadge {...(LOOKS[worker.state] ?? UNKNOWN)} title={worker.error || undefined}>
      {t(`state.${worker.state}`, { defaultValue: worker.state })}
    </ToneBadge>
  );
}
