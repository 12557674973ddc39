import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconPuzzle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { addBlock, usesOf } from '../actions';
import { AddMenu } from '../add/add-menu';
import { useEditor } from '../context';
import { useActionsOfPlan } from '../use-actions';
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

/** All blocks: lists of steps that other steps use by name. */
export function BlocksView() {
  const { doc, go, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const actions = useActionsOfPlan();
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">{t('kind.blocks')}</Title>
      <Text size="sm" c="dimmed">{t('blocksText')}</Text>
      {doc.keys(['blocks']).map((name) => (
        <Group key={name}>
          <Button variant="default" leftSection={<IconPuzzle size={14} aria-hidden />} onClick={() => go({ path: ['blocks', name] })}>{name}</Button>
          <Text size="sm" c="dimmed">{t('blockUses', { count: usesOf(doc, name).length })}</Text>
        </Group>
      ))}
      <Group>
        <Button size="xs" variant="default" disabled={readOnly} onClick={() => actions.make(addBlock(doc, t('new.block')))}>{t('addBlock')}</Button>
      </Group>
    </Stack>
  );
}
