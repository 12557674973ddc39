import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { usesOf } from '../actions';
import { AddMenu } from '../add/add-menu';
import { useEditor } from '../context';
import { Crumbs } from './crumbs';
import { StepList } from './step-list';

/** Steps of the plan itself (setup, user start …), of a block, or of else. */
export function ListView({ path }: { path: Path }) {
  const { doc } = useEditor();
  const { t } = useTranslation('editor');
  const block = path[0] === 'blocks' && path.length === 2;
  const text = block
    ? t('blockUses', { count: usesOf(doc, String(path[1])).length })
    : path.length === 1 ? t(`lifecycleText.${path[0]}`) : t('elseText');
  return (
    <Stack gap="sm">
      <Crumbs path={path} />
      <Text size="sm" c="dimmed">{text}</Text>
      <StepList list={path} />
      <Group><AddMenu at={path} stepsOnly /></Group>
    </Stack>
  );
}
