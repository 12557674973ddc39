import { Anchor, Group, List, Paper, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ScriptTest } from '@/api/types';
import { ErrorCard } from '@/widgets';
import classes from './scripts.module.css';
import type { TestRun } from './use-tests';

interface Props {
  run: TestRun;
  onPlace: (place: string) => void;
}

function TestLine({ test, onPlace }: { test: ScriptTest['tests'][number]; onPlace: Props['onPlace'] }) {
  const { t } = useTranslation('scripts');
  const Mark = test.ok ? IconCircleCheck : IconCircleX;
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Mark size={16} className={test.ok ? classes.good : classes.bad} aria-label={test.ok ? t('passed') : t('failed')} />
      <div>
        <Text size="sm">{test.name}</Text>
        {test.message && <Text size="sm" c="var(--lh-bad)">{test.message}</Text>}
        {test.place && (
          <Anchor component="button" type="button" size="sm" ff="monospace" underline="always" onClick={() => onPlace(test.place)}>{test.place}</Anchor>
        )}
      </div>
    </Group>
  );
}

/** Results come below a long script: who asked for them is led there. */
function inSight(panel: HTMLElement | null): void {
  panel?.scrollIntoView({ block: 'nearest' });
}

/** How the tests of a library came out. */
export function TestsPanel({ run, onPlace }: Props) {
  const { t } = useTranslation('scripts');
  if (run.error) return <ErrorCard error={run.error} title={t('testsFailed')} />;
  if (!run.result) return null;
  const { ok, tests, output } = run.result;
  return (
    <Paper ref={inSight} withBorder p="sm" data-testid="script-tests" data-ok={ok}>
      <Stack gap="xs">
        <Text size="sm" fw={600} role="status">{t('testResult', { passed: tests.filter((test) => test.ok).length, all: tests.length, file: run.file })}</Text>
        <List listStyleType="none" size="sm">
          {tests.map((test, i) => <List.Item key={i}><TestLine test={test} onPlace={onPlace} /></List.Item>)}
        </List>
        {output && <pre className={classes.output} tabIndex={0} aria-label={t('output')}>{output}</pre>}
      </Stack>
    </Paper>
  );
}
