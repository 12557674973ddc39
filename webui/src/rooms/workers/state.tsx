import type { Worker } from '@/api/types';
import { formatTime, reasonText, ToneBadge, type Tone } from '@/widgets';
import { IconActivity, IconAlertTriangle, IconCircleCheck, IconHourglassLow, IconPlugConnected, IconPlugConnectedX, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

const LOOKS: Record<string, { tone: Tone; icon: Icon; pulse?: boolean }> = {
  connecting: { tone: 'quiet', icon: IconPlugConnected, pulse: true },
  ready: { tone: 'good', icon: IconCircleCheck },
  busy: { tone: 'busy', icon: IconActivity },
  draining: { tone: 'warn', icon: IconHourglassLow },
  lost: { tone: 'bad', icon: IconPlugConnectedX },
  incompatible: { tone: 'warn', icon: IconAlertTriangle },
};

const UNKNOWN = { tone: 'quiet' as const, icon: IconAlertTriangle };

/** How a worker is, in a word with an icon. */
export function WorkerState({ worker }: { worker: Worker }) {
  const { t } = useTranslation('workers');
  const { held } = worker;
  const holder = held && t(held.until ? 'heldUntil' : 'held', { run: held.run, owner: held.owner || t('nobody'), time: formatTime(held.until) });
  return (
    <ToneBadge {...(LOOKS[worker.state] ?? UNKNOWN)} title={holder ?? (worker.why ? reasonText(worker.why) : worker.error || undefined)}>
      {t(`state.${worker.state}`, { defaultValue: worker.state })}
    </ToneBadge>
  );
}
