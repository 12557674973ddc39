import { useDownloads, useJoin } from '@/api/queries';
import { API } from '@/api/client';
import type { Download, Worker } from '@/api/types';
import { CopyButton, ErrorCard, formatBytes, ToneBadge } from '@/widgets';
import { Anchor, Code, Group, List, Loader, Modal, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './workers.module.css';

export interface AddWorkerProps {
  opened: boolean;
  onClose: () => void;
  workers: readonly Worker[];
}

/** How to bring in another load host: the binary, the command, and who has come. */
export function AddWorker({ opened, onClose, workers }: AddWorkerProps) {
  const { t } = useTranslation('workers');
  return (
    <Modal opened={opened} onClose={onClose} title={t('add')} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
      {opened && <Steps workers={workers} />}
    </Modal>
  );
}

/** A program to fetch, and whether its workers go with this master. */
function Program({ download: d }: { download: Download }) {
  const { t } = useTranslation('workers');
  const name = `${d.os} / ${d.arch}`;
  const { fit } = d;
  return (
    <>
      {fit === 'incompatible' ? <Text span size="sm">{name}</Text> : <Anchor href={`${API}/downloads/${encodeURIComponent(d.file)}`} download={d.file}>{name}</Anchor>}{' '}
      <Text span size="sm" c="dimmed">{formatBytes(d.size)}</Text>{' '}
      {fit !== 'same' && (
        <ToneBadge tone={fit === 'incompatible' ? 'bad' : 'warn'} icon={IconAlertTriangle} title={t(`fitText.${fit}`, { version: d.version, protocol: d.protocol })}>
          {t(`fit.${fit}`, { version: d.version })}
        </ToneBadge>
      )}
    </>
  );
}

function Steps({ workers }: { workers: readonly Worker[] }) {
  const { t } = useTranslation('workers');
  const join = useJoin();
  const downloads = useDownloads();
  const none = join.data?.etcd.length === 0;
  const before = useRef(new Set(workers.map((w) => w.id)));
  const come = workers.filter((w) => !before.current.has(w.id) && w.state !== 'connecting' && w.state !== 'lost');
  return (
    <Stack gap="md">
      <Stack gap="xs">
        <Title order={2} size="h5">{t('download')}</Title>
        {downloads.error && <ErrorCard error={downloads.error} retry={() => void downloads.refetch()} />}
        <List size="sm">
          {downloads.data?.map((d) => (
            <List.Item key={d.file} data-testid={`download-${d.os}-${d.arch}`}>
              <Program download={d} />
            </List.Item>
          ))}
        </List>
        {downloads.data?.some((d) => d.fit !== 'same') && <Text size="sm">{t('downloadOther')}</Text>}
        <Text size="sm" c="dimmed">{t('downloadMore')}</Text>
      </Stack>
      <Stack gap="xs">
        <Title order={2} size="h5">{t('start')}</Title>
        {join.error && <ErrorCard error={join.error} retry={() => void join.refetch()} />}
        {none && <Text size="sm" data-testid="join-none">{t('joinNone')}</Text>}
        {join.data && !none && (
          <Group wrap="nowrap" align="flex-start">
            <Code block flex={1} className={classes.command} data-testid="join-command">{join.data.command}</Code>
            <CopyButton text={join.data.command} label={t('copyCommand')} />
          </Group>
        )}
        {join.data?.token_needed && <Text size="sm">{t('tokenNeeded')}</Text>}
      </Stack>
      <Group gap="xs" role="status" aria-live="polite" data-testid="join-status">
        {come.length === 0 && !none && <><Loader size="xs" aria-hidden /><Text size="sm">{t('waiting')}</Text></>}
        {come.map((w) => (
          <Group key={w.id} gap={4}><IconCircleCheck size={18} color="var(--lh-good)" aria-hidden /><Text size="sm">{t('came', { worker: w.id })}</Text></Group>
        ))}
      </Group>
    </Stack>
  );
}
