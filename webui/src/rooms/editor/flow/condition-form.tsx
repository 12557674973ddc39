import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { conditionAt, setCondition } from '@/plan/rows';
import { useEditor } from '../context';
import { message } from '../state/problems';
import { KeyCell } from '../step/key-cell';
import { TestsFields } from '../step/tests-fields';
import { useVariableNames } from '../variables';

/** A variable and what must hold of it. */
export function ConditionForm({ path }: { path: Path }) {
  const { doc, editor, state } = useEditor();
  const { t } = useTranslation('editor');
  const names = useVariableNames();
  const condition = conditionAt(doc, path);
  const put = (change: Partial<typeof condition>) => editor.edit((d) => setCondition(d, path, { ...condition, ...change }), path.join('/'));
  const problem = message(state.problems, path);
  return (
    <Stack gap={4}>
      <Group align="flex-start" gap={6}>
        <KeyCell value={condition.variable} label={t('condition.variable')} placeholder={t('condition.variable')} taken={[]} suggestions={names.filter((n) => !n.startsWith('$'))} onChange={(variable) => put({ variable })} />
        <TestsFields tests={condition.tests} onChange={(tests) => put({ tests })} />
      </Group>
      {problem && <Text size="xs" c="var(--lh-bad)">{problem}</Text>}
    </Stack>
  );
}
