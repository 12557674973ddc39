import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { useEditor } from '../context';
import { AllFields } from '../plan/all-fields';
import { DurationField } from '../step/duration-field';
import { OnFailureField } from '../step/on-failure-field';

export function TransactionSettings({ path }: { path: Path }) {
  const { t } = useTranslation('editor');
  const { editor } = useEditor();
  return (
    <Stack maw="30rem">
      <DurationField path={[...path, 'think']} label={t('settings.think')} description={t('settings.thinkText')} range />
      <DurationField path={[...path, 'pace']} label={t('settings.pace')} description={t('settings.paceText')} range />
      <OnFailureField path={[...path, 'on_failure']} />
      <AllFields editor={editor} path={path} />
    </Stack>
  );
}
