import { ActionIcon, Button, Group, Select, Stack } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { operators, type Operator, type Test } from '@/plan/rows';
import { useEditor } from '../context';
import { TemplateInput } from './template-input';

export interface TestsFieldsProps {
  tests: Test[];
  /** The operators that make sense here. */
  choices?: readonly Operator[];
  /** Whether how many were found may be compared. */
  counts?: boolean;
  hint?: string;
  onChange: (tests: Test[]) => void;
}

/** Comparisons, all of which must hold: of a check or of a condition. */
export function TestsFields({ tests, choices = operators, counts, hint, onChange }: TestsFieldsProps) {
  const { readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const put = (index: number, change: Partial<Test>) => onChange(tests.map((test, i) => (i === index ? { ...test, ...change } : test)));
  const options = [
    { group: t('op.value'), items: choices.map((value) => ({ value: value as string, label: t(`op.${value}`) })) },
    ...(counts ? [{ group: t('op.count'), items: choices.filter((c) => c !== 'exists' && c !== 'matches').map((value) => ({ value: `count ${value}`, label: t('op.countOf', { op: t(`op.${value}`) }) })) }] : []),
  ];
  const used = new Set(tests.map((test) => `${test.count} ${test.operator}`));
  const next = choices.find((operator) => !used.has(`false ${operator}`));
  return (
    <Stack gap={4} flex={1} miw="14rem">
      {tests.map((test, i) => (
        <Group key={i} gap={6} wrap="nowrap" align="flex-end">
          <Select
            size="xs" w="9.5rem" aria-label={t('check.operator')} data={options} allowDeselect={false} readOnly={readOnly}
            value={`${test.count ? 'count ' : ''}${test.operator}`}
            onChange={(to) => {
              const operator = choices.find((c) => to === c || to === `count ${c}`);
              if (operator) put(i, { operator, count: to?.startsWith('count ') ?? false, value: operator === 'exists' ? 'true' : test.operator === 'exists' ? '' : test.value });
            }}
          />
          {test.operator === 'exists' ? (
            <Select
              size="xs" flex={1} aria-label={t('check.value')} allowDeselect={false} readOnly={readOnly} value={test.value === 'false' ? 'false' : 'true'}
              data={[{ value: 'true', label: t('check.there') }, { value: 'false', label: t('check.notThere') }]}
              onChange={(value) => put(i, { value: value ?? 'true' })}
            />
          ) : (
            <TemplateInput size="xs" flex={1} aria-label={t('check.value')} placeholder={test.operator === 'in' || test.operator === 'between' ? t(`check.${test.operator}Hint`) : hint} value={test.value} onChange={(value) => put(i, { value })} />
          )}
          {tests.length > 1 && (
            <ActionIcon size="md" variant="subtle" color="gray" disabled={readOnly} aria-label={t('check.removeTest')} onClick={() => onChange(tests.filter((_, n) => n !== i))}>
              <IconX size={14} aria-hidden />
            </ActionIcon>
          )}
        </Group>
      ))}
      {next && (choices.length > 1 || tests.length === 0) && (
        <Group>
          <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={12} aria-hidden />} disabled={readOnly} onClick={() => onChange([...tests, { operator: next, value: next === 'exists' ? 'true' : '', count: false }])}>
            {t(tests.length === 0 ? 'check.addTest' : 'check.andTest')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
