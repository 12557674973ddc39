import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useConnectionValue, useNow } from '@/live';
import { formatNumber } from '@/widgets/format';
import { useOpenRun } from './context';
import { useHeld } from './useLate';
import { useRunValue } from './useRunValue';

const LATE = 3;

/** How old the newest numbers are. */
export function Freshness() {
  const { t } = useTranslation('run');
  const { store } = useOpenRun();
  const at = useRunValue(store, (snapshot) => snapshot.at);
  const held = useHeld();
  const clockOffset = useConnectionValue((connection) => connection.clockOffset);
  const now = useNow(at);
  if (at === null) return null;
  const age = Math.max(0, (now + clockOffset - (held ?? at)) / 1000);
  const late = age > LATE;
  return (
    <Text size="sm" className="numbers" c={late ? 'var(--lh-warn)' : 'var(--lh-good)'} data-testid="freshness">
      {t(late ? 'late' : 'fresh', { seconds: formatNumber(age, age < 10 ? 1 : 0) })}
    </Text>
  );
}
