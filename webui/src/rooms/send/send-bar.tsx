import { Box, Button, Group, Kbd, Select, Text } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { keyNames } from '@/widgets';
import type { Choice } from './choices';
import { useEnvironmentNames, useReachableWorkers } from './use-lists';
import classes from './send.module.css';

interface Props {
  choice: Choice;
  onChoice: (choice: Choice) => void;
  busy: boolean;
  /** Why nothing can be sent now; empty: it can. */
  barred: string;
  onSend: () => void;
  onCancel: () => void;
}

/** How the API calls the master's own engine among the workers. */
const MASTER = 'master';

/** The choices of a list, and what was chosen even if it is not there any more. */
function options(names: string[], chosen: string, none: string) {
  const all = chosen && !names.includes(chosen) ? [chosen, ...names] : names;
  return [{ value: '', label: none }, ...all.map((name) => ({ value: name, label: name }))];
}

export function SendBar({ choice, onChoice, busy, barred, onSend, onCancel }: Props) {
  const { t } = useTranslation('send');
  const environments = useEnvironmentNames();
  const workers = useReachableWorkers();
  const id = useId();
  return (
    <Group gap="xs" align="flex-end" wrap="wrap">
      {/* As wide while it sends, so that nothing beside it moves. */}
      <Box flex="1 1 12rem">{busy ? (
        <Button fullWidth variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={onCancel} data-testid="send-cancel">
          {t('cancel')}
        </Button>
      ) : (
        <Button
          fullWidth leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={onSend} disabled={barred !== ''} aria-describedby={barred ? id : undefined} data-testid="send-once"
          aria-keyshortcuts="Control+Enter" rightSection={<Kbd size="xs" className={classes.keys}>{(keyNames('mod+Enter')[0] ?? []).join(' ')}</Kbd>}
        >
          {t('send')}
        </Button>
      )}</Box>
      <Select
        size="xs" flex="1 1 6rem" label={t('environment')} data={options(environments, choice.environment, t('noEnvironment'))} allowDeselect={false}
        value={choice.environment} onChange={(environment) => onChoice({ ...choice, environment: environment ?? '' })}
      />
      <Select
        size="xs" flex="1 1 6rem" label={t('worker')} data={[...options(workers, choice.worker === MASTER ? '' : choice.worker, t('anyWorker')), { value: MASTER, label: t('master') }]} allowDeselect={false}
        value={choice.worker} onChange={(worker) => onChoice({ ...choice, worker: worker ?? '' })}
      />
      {barred && <Text id={id} size="sm" c="var(--lh-warn)" w="100%" role="status" data-testid="send-barred">{barred}</Text>}
    </Group>
  );
}
