import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Pair } from '@/plan';
import { variablesAt } from '@/plan/view';
import { setVariables } from '@/plan/write';
import { useEditor } from '../context';
import { message } from '../state/problems';
import { PairTable } from '../step/pair-table';
import { useEdit } from './fields';

const AT = ['variables'];

/** Constants of the plan. */
export function Variables() {
  const { t } = useTranslation('sections');
  return (
    <Stack gap="xs">
      <VariableTable text={t('variables.text', { example: '{{name}}' })} />
      <Text size="xs" c="dimmed">{t('variables.precedence')}</Text>
    </Stack>
  );
}

/** The variables of a plan or of an environment. A map or a list is edited as JSON. */
export function VariableTable({ text }: { text: string }) {
  const { t } = useTranslation('sections');
  const { doc, state } = useEditor();
  const edit = useEdit(AT);
  const pairs = variablesAt(doc, AT).map((v): Pair => ({ name: v.name, value: v.value, enabled: true, note: '' }));
  const problem = message(state.problems, AT);
  return (
    <Stack gap={4}>
      <Text size="sm" c="dimmed">{text}</Text>
      <PairTable kind="variables" plain label={t('variables.label')} pairs={pairs} onChange={(rows) => edit((d) => setVariables(d, AT, rows))} />
      {problem && <Text size="sm" c="var(--lh-bad)">{problem}</Text>}
    </Stack>
  );
}
