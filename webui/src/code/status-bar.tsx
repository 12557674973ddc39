import { Group, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './code.module.css';
import type { Finding } from './findings';
import type { LuaProps } from './props';

interface Props extends Pick<LuaProps, 'check' | 'checkedAt'> {
  cursor: { line: number; column: number };
  findings: readonly Finding[];
}

/** Seconds since a time, renewed each second. */
function useSecondsSince(at: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [at]);
  return Math.max(0, now - at) / 1000;
}

function Checked({ at }: { at: number }) {
  const { t, i18n } = useTranslation('code');
  const seconds = useSecondsSince(at);
  const shown = seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds);
  return <span data-testid="lua-checked">{t('checked', { ago: new Intl.NumberFormat(i18n.language).format(shown) })}</span>;
}

export function StatusBar({ cursor, findings, check = 'done', checkedAt }: Props) {
  const { t } = useTranslation('code');
  const errors = findings.filter((finding) => finding.level === 'error').length;
  return (
    <Group className={classes.status} justify="space-between" gap="md" wrap="wrap">
      <Text span inherit>
        {findings.length === 0 ? t('noProblems') : t('counts', { errors, warnings: findings.length - errors })}
        {findings.length > 0 && ` · ${t('nextKey')}`}
      </Text>
      <Group gap="md" className="numbers">
        {check === 'failed' && <span className={classes.warning} data-testid="lua-checked">{t('notChecked')}</span>}
        {check === 'checking' && <span data-testid="lua-checked">{t('checking')}</span>}
        {check === 'done' && checkedAt != null && <Checked at={checkedAt} />}
        <span>{t('position', cursor)}</span>
      </Group>
    </Group>
  );
}
