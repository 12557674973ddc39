import { Button, Group, Text, Tooltip } from '@mantine/core';
import { IconAlertCircle, IconCheck, IconPlayerPlay, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lacking, Target, TriedCheck, TriedExtract } from './try';

/** Tries one extraction, or all; without a response it says why it cannot. */
export function TestButton({ target, label, aria, busy, onTest, testId }: { target: Target | Lacking; label: string; aria: string; busy: boolean; onTest: () => void; testId: string }) {
  const { t } = useTranslation('editor');
  const lacking = typeof target === 'string' ? target : undefined;
  return (
    <Tooltip label={t(lacking ? `try.lacking.${lacking}` : 'try.onLast')} events={{ hover: true, focus: true, touch: true }} multiline maw="20rem">
      <Button
        size="compact-xs" variant="default" leftSection={<IconPlayerPlay size={12} aria-hidden />} aria-label={aria} aria-disabled={lacking !== undefined || busy}
        data-disabled={lacking !== undefined || undefined} data-testid={testId} onClick={() => !lacking && !busy && onTest()}
      >
        {label}
      </Button>
    </Tooltip>
  );
}

/** A line about what rows are tried on, or why nothing is; and why they could not be. */
export function TriedOn({ target, failed }: { target: Target | Lacking; failed: string }) {
  const { t } = useTranslation('editor');
  if (failed) return <Text size="xs" c="var(--lh-bad)" role="status">{t('try.failed', { message: failed })}</Text>;
  const text = typeof target === 'string' ? t(`try.lacking.${target}`) : t(target.response.truncated ? 'try.onPart' : 'try.onLast');
  return <Text size="xs" c="dimmed" data-testid="tried-on">{text}</Text>;
}

function Line({ tone, icon: Icon, word, children }: { tone: 'good' | 'bad' | 'warn'; icon: typeof IconCheck; word: string; children: ReactNode }) {
  return (
    <Group gap={4} wrap="nowrap" align="flex-start" c={`var(--lh-${tone})`}>
      <Icon size={14} role="img" aria-label={word} />
      <Text size="xs" lineClamp={3}>{children}</Text>
    </Group>
  );
}

/** The match of an extraction, or that there is none. */
export function ExtractOutcome({ tried }: { tried: TriedExtract }) {
  const { t } = useTranslation('editor');
  const { found, bad, value, cut, count, message } = tried;
  if (bad) return <Line tone="bad" icon={IconAlertCircle} word={t('try.bad')}>{message}</Line>;
  const many = count !== undefined && count > 1 ? ` · ${t('try.count', { count })}` : '';
  if (found) return <Line tone="good" icon={IconCheck} word={t('try.match')}>{`${value === '' ? t('try.empty') : value}${cut ? '…' : ''}${many}`}</Line>;
  const none = `${t('try.noMatch')}${message && ` · ${message}`}${many}`;
  return <Line tone={value === '' ? 'bad' : 'warn'} icon={IconX} word={t('try.noMatch')}>{value === '' ? none : `${none} · ${t('try.default', { value })}`}</Line>;
}

/** How a check comes out, with what it looked at. */
export function CheckOutcome({ tried, warn }: { tried: TriedCheck; warn: boolean }) {
  const { t } = useTranslation('editor');
  const { ok, bad, actual, message } = tried;
  if (bad || message) return <Line tone="bad" icon={IconAlertCircle} word={t('try.bad')}>{message}</Line>;
  const words = actual.replace(/^got /, '');
  if (ok) return <Line tone="good" icon={IconCheck} word={t('try.holds')}>{words}</Line>;
  return <Line tone={warn ? 'warn' : 'bad'} icon={IconX} word={t('try.fails')}>{words}</Line>;
}
