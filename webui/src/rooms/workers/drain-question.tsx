import type { Worker } from '@/api/types';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export interface DrainQuestionProps {
  worker: Worker;
  onDrain: () => void;
  onKeep: () => void;
}

/** Asks once more before a worker ends for good, and says what that means. */
export function DrainQuestion({ worker: w, onDrain, onKeep }: DrainQuestionProps) {
  const { t } = useTranslation('workers');
  const question = t('drainQuestion', { worker: w.id });
  return (
    <Alert color="yellow" variant="outline" role="group" aria-label={question} onKeyDown={(e) => e.key === 'Escape' && onKeep()} data-asking data-testid="drain-question">
      <Stack gap="xs">
        <Text size="sm" fw={600}>{question}</Text>
        <Text size="sm" maw={720}>{t(w.run === '' ? 'drainIdle' : 'drainBusy')} {t('drainForGood')}</Text>
        <Group gap="xs">
          <Button size="xs" color="red" autoFocus onClick={onDrain} data-testid="drain-confirm">{t('drainConfirm')}</Button>
          <Button size="xs" variant="default" onClick={onKeep}>{t('keep')}</Button>
        </Group>
      </Stack>
    </Alert>
  );
}
