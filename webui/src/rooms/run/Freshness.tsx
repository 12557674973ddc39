import { Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection, useRunSnapshot } from '@/live';
import { formatNumber } from '@/widgets/format';
import { useOpenRun } from './context';

const LATE = 3;

/** How old the newest numbers are. */
export function Freshness() {
  const { t } = useTranslation('run');
  const { store } = useOpenRun();
  const { at } = useRunSnapshot(store);
  const { clockOffset } = useConnection();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  if (at === null) return null;
  const age = Math.max(0, (now + clockOffset - at) / 1000);
  const late = age > LATE;
  return (
    <Text size="sm" className="numbers" c={late ? 'var(--lh-warn)' : 'var(--lh-good)'} data-testid="freshness">
      {t(late ? 'late' : 'fresh', { seconds: formatNumber(age, age < 10 ? 1 : 0) })}
    </Text>
  );
}
