import type { PlanDocument } from '@/plan';
import { Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export interface VariableFieldsProps {
  doc: PlanDocument | undefined;
  variables: readonly { name: string; value: string }[];
  onChange: (variables: { name: string; value: string }[]) => void;
}

/** The variables of the plan, each of which this run may have another value of. */
export function VariableFields({ doc, variables, onChange }: VariableFieldsProps) {
  const { t } = useTranslation('start');
  const names = doc?.keys(['variables']) ?? [];
  if (names.length === 0) return null;
  const set = (name: string, value: string) => {
    const others = variables.filter((v) => v.name !== name);
    onChange(value === '' ? others : [...others, { name, value }]);
  };
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>{t('variables')}</Text>
      {names.map((name) => (
        <TextInput
          key={name} label={name} size="xs" placeholder={doc?.scalar(['variables', name]) ?? ''} value={variables.find((v) => v.name === name)?.value ?? ''}
          onChange={(e) => set(name, e.currentTarget.value)}
        />
      ))}
    </Stack>
  );
}
