import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { useField } from '../context';

const CHOICES = ['continue', 'stop_transaction', 'stop_user', 'abort_run'] as const;

/** What a failed step does; nothing chosen: as what is around it says. */
export function OnFailureField({ path }: { path: Path }) {
  const { t } = useTranslation('editor');
  const field = useField(path);
  return (
    <Select
      label={t('settings.onFailure')}
      description={t('settings.onFailureText')}
      placeholder={t('settings.inherited')}
      clearable
      clearButtonProps={{ 'aria-label': t('clear') }}
      data={CHOICES.map((value) => ({ value, label: t(`onFailure.${value}`) }))}
      value={field.value || null}
      error={field.error}
      readOnly={field.readOnly}
      onChange={(value) => field.set(value ?? '')}
    />
  );
}
