import { IconAlertCircle, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { formatMs } from '@/widgets/format';
import { ToneBadge } from '@/widgets/tone-badge';
import { useSentStep } from '../use-sent';

/** What the last Send once brought for a step: its status and how long it took. */
export function SentBadge({ path }: { path: Path }) {
  const { t } = useTranslation('editor');
  const sent = useSentStep(path);
  if (!sent || sent.skipped) return null;
  const status = sent.attempts.at(-1)?.response?.status;
  return (
    <ToneBadge tone={sent.ok ? 'good' : 'bad'} icon={sent.ok ? IconCheck : IconAlertCircle} title={sent.message || t('lastSent')}>
      {[status ?? sent.class, formatMs(sent.latency)].filter((part) => part !== undefined && part !== '').join(' · ')}
    </ToneBadge>
  );
}
