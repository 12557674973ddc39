import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { planRange } from '@/plan/duration';
import { useField } from '../context';
import { RangeEcho } from './range-echo';

export interface DurationFieldProps {
  path: Path;
  label: string;
  description?: string;
  /** It may be a range, from which a time is drawn. */
  range?: boolean;
  /** What nothing means here. */
  empty?: string;
}

/** A duration such as 1m30s; beneath it stands how it is understood. */
export function DurationField({ path, label, description, range, empty }: DurationFieldProps) {
  const { t } = useTranslation('editor');
  const field = useField(path);
  return (
    <TextInput
      label={label}
      description={description}
      placeholder={range ? '200ms..1s' : '10s'}
      inputWrapperOrder={['label', 'description', 'input', 'error']}
      value={field.value}
      readOnly={field.readOnly}
      error={field.error}
      rightSection={<RangeEcho text={field.value} range={range} empty={empty ?? t('settings.notSet')} />}
      rightSectionWidth="11rem"
      onChange={(e) => field.set(e.currentTarget.value)}
      // 90 and 1:30 are understood; the plan has them as it writes durations.
      onBlur={() => {
        const written = field.value.trim() === '0' ? '0s' : planRange(field.value);
        if (written !== undefined && /[\s:]|\d(\.\.|$)/.test(field.value) && written !== field.value) field.set(written);
      }}
    />
  );
}
