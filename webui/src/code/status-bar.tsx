import { Group, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '@/api/types';
import classes from './code.module.css';
import type { Finding } from './findings';

interface Props {
  cursor: { line: number; column: number };
  findings: readonly Finding[];
  problems?: readonly Problem[];
  checkedAt?: number | null;
}

/** Seconds since a time, renewed each second while it is young, and then each ten seconds. */
function useSecondsSince(at: number | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (at === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [at]);
  return at === null ? null : Math.max(0, now - at) / 1000;
}

function Checked({ at }: { at: number | null }) {
  const { t, i18n } = useTranslation('code');
  const seconds = useSecondsSince(at);
  if (seconds === null) return null;
  const shown = seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds);
  return <span>{t('checked', { ago: new Intl.NumberFormat(i18n.language).format(shown) })}</span>;
}

export function StatusBar({ cursor, findings, problems, checkedAt }: Props) {
  const { t } = useTranslation('code');
  const [changed, setChanged] = useState<number | null>(null);
  useEffect(() => {
    if (problems) setChanged(Date.now());
  }, [problems]);
  const errors = findings.filter((finding) => finding.level === 'error').length;
  return (
    <Group className={classes.status} justify="space-between" gap="md" wrap="wrap">
      <Text span inherit>
        {findings.length === 0 ? t('noProblems') : t('counts', { errors, warnings: findings.length - errors })}
        {findings.length > 0 && ` · ${t('nextKey')}`}
      </Text>
      <Group gap="md" className="numbers">
        <Checked at={checkedAt === undefined ? changed : checkedAt} />
        <span>{t('position', cursor)}</span>
      </Group>
    </Group>
  );
}
