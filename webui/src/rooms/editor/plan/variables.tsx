import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Pair, Path } from '@/plan';
import { variablesAt } from '@/plan/view';
import { setVariables } from '@/plan/write';
import { useEditor } from '../context';
import { message } from '../state/problems';
import { PairTable } from '../step/pair-table';
import { useEdit } from './fields';

const AT: Path = ['variables'];

/** Constants of the plan. */
export function Variables() {
  const { t } = useTranslation('sections');
  return (
    <Stack gap="xs">
      <VariableTable path={AT} text={t('variables.text', { example: '{{name}}' })} />
      <Text size="xs" c="dimmed">{t('variables.precedence')}</Text>
    </Stack>
  );
}

export interface VariableTableProps {
  path: Path;
  text: string;
  label?: string;
}

/** The variables of a plan or of an environment, or those that a step sets. A map or a list is edited as JSON. */
export function VariableTable({ path, text, label }: VariableTableProps) {
  const { t } = useTranslation('sections');
  const { doc, state } = useEditor();
  const edit = useEdit(path);
  const pairs = variablesAt(doc, path).map((v): Pair => ({ name: v.name, value: v.value, enabled: true, note: '' }));
  const problem = message(state.problems, path);
  return (
    <Stack gap={4}>
      <Text size="sm" c="dimmed">{text}</Text>
      <PairTable kind={String(path.at(-1))} plain label={label ?? t('variables.label')} pairs={pairs} onChange={(rows) => edit((d) => setVariables(d, path, rows))} />
      {problem && <Text size="sm" c="var(--lh-bad)">{problem}</Text>}
    </Stack>
  );
}
