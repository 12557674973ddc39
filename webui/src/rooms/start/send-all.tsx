import { ErrorCard } from '@/widgets';
import { Button, Group, Text } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { titleOf } from '../send/send-error';
import { Waiting } from '../send/waiting';
import type { SentOnce } from './use-sent-check';

/** Sends all transactions once, with the environment, the address and the variables of the dialog. */
export function SendAll({ sent, able }: { sent: SentOnce; able: boolean }) {
  const { t } = useTranslation('start');
  const { sending, passed, all } = sent;
  const busy = sending.state === 'sending';
  const Mark = busy ? IconPlayerStop : IconPlayerPlay;
  return (
    <>
      {sending.state === 'failed' && <ErrorCard error={sending.error} title={t(`send:${titleOf(sending.error)}`)} testId="send-all-error" />}
      <Group gap="sm">
        <Button
          size="compact-sm" variant="default" disabled={!busy && !able} leftSection={<Mark size={14} aria-hidden />}
          onClick={() => (busy ? sent.cancel() : void sent.send())} data-testid={busy ? 'send-all-cancel' : 'send-all'}
        >
          {t(busy ? 'cancelSend' : 'sendAll')}
        </Button>
        {busy ? <Waiting since={sending.since} /> : <Text size="sm" c="dimmed" role="status" data-testid="sent-passed">{passed > 0 ? t('sentPassed', { passed, count: all }) : t('sendAllNote')}</Text>}
      </Group>
    </>
  );
}
