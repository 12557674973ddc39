import { Alert, Group, Loader, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './send.module.css';

/** After this many seconds it says how long the master waits. */
const LONG = 30;

export function Waiting({ since }: { since: number }) {
  const { t } = useTranslation('send');
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  if (seconds >= LONG) return <Alert variant="outline" color="yellow" classNames={{ title: classes.warn }} title={t('sendingFor', { seconds })} role="status">{t('long')}</Alert>;
  return (
    <Group gap="xs">
      <Loader size="xs" aria-hidden />
      <Text size="sm" className="numbers">{t('sendingFor', { seconds })}</Text>
    </Group>
  );
}
