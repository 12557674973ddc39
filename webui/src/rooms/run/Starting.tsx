import { Group, Loader, Paper, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useRunSnapshot } from '@/live';
import { formatNumber } from '@/widgets/format';
import { reasonText } from '@/widgets/reason';
import { useOpenRun } from './context';
import classes from './run.module.css';
import { standing } from './state';

const STEPS = ['queued', 'preparing', 'setup', 'running'] as const;

/** What a run that has no load yet waits for, and on whom. */
export function Starting() {
  const { t } = useTranslation('run');
  const { result, store } = useOpenRun();
  const { tick, lastSecond } = useRunSnapshot(store);
  const { state, phase, reason } = standing(result, tick);
  if (phase !== 'starting') return lastSecond < 0 ? <Waiting elapsed={(tick?.elapsed ?? 0) / 1000} /> : null;
  const at = STEPS.findIndex((step) => step === state);
  return (
    <Paper withBorder p="md" role="status" data-testid="starting">
      <Group align="flex-start" gap="xl">
        <Stack gap={6}>
          {STEPS.map((step, i) => (
            <Group key={step} gap={8} aria-current={i === at ? 'step' : undefined}>
              {i < at ? <IconCircleCheck size={18} className={classes.good} /> : i === at ? <Loader size={18} /> : <span className={classes.ahead} />}
              <Text size="sm" fw={i === at ? 600 : 400} c={i > at ? 'dimmed' : undefined}>{t(`start.${step}`)}</Text>
            </Group>
          ))}
          {reason !== '' && <Text size="sm">{reason}</Text>}
        </Stack>
        {result.workers.length > 0 && (
          <Stack gap={6}>
            <Text size="sm" fw={600}>{t('start.workers', { count: result.workers.length })}</Text>
            {result.workers.map((worker) => (
              <Group key={worker.id} gap={8}>
                {worker.lost ? <IconCircleX size={18} className={classes.bad} /> : at > 1 ? <IconCircleCheck size={18} className={classes.good} /> : <Loader size={18} />}
                <Text size="sm">{worker.id} {worker.why ? reasonText(worker.why) : worker.reason ?? t(at > 1 ? 'start.ready' : 'start.preparingWorker')}</Text>
              </Group>
            ))}
          </Stack>
        )}
      </Group>
    </Paper>
  );
}

function Waiting({ elapsed }: { elapsed: number }) {
  const { t } = useTranslation('run');
  return <Text role="status" data-testid="waiting">{t('waiting', { seconds: formatNumber(elapsed, 1) })}</Text>;
}
