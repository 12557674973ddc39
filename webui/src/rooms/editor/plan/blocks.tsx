import { ActionIcon, Button, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconExternalLink, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { planView } from '@/plan/view';
import { addBlock, renameTo, usesOf } from '../actions';
import { useEditor } from '../context';
import { useActionsOfPlan } from '../use-actions';

/** The blocks of the plan: what they are called, how much is in them, who uses them. */
export function Blocks() {
  const { t } = useTranslation('sections');
  const { t: te } = useTranslation('editor');
  const { doc, readOnly } = useEditor();
  const actions = useActionsOfPlan();
  const { blocks } = planView(doc);
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">{te('blocksText')}</Text>
      {blocks.length > 0 && (
        <Table.ScrollContainer minWidth={420} type="native">
          <Table verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{te('name')}</Table.Th>
                <Table.Th scope="col">{te('steps')}</Table.Th>
                <Table.Th scope="col">{t('blocks.uses')}</Table.Th>
                <Table.Th scope="col" aria-label={te('pairs.actions')} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {blocks.map((block) => (
                <BlockRow key={block.name} name={block.name} steps={block.steps.length} taken={blocks.map((b) => b.name)} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Group>
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} disabled={readOnly} onClick={() => actions.make(addBlock(doc, te('new.block')))}>{te('addBlock')}</Button>
      </Group>
    </Stack>
  );
}

function BlockRow({ name, steps, taken }: { name: string; steps: number; taken: readonly string[] }) {
  const { t } = useTranslation('sections');
  const { t: te } = useTranslation('editor');
  const { doc, editor, readOnly, go } = useEditor();
  const actions = useActionsOfPlan();
  const [typed, setTyped] = useState<string | null>(null);
  const uses = usesOf(doc, name).length;
  const clash = typed !== null && typed !== name && taken.includes(typed);
  const settle = () => {
    if (typed !== null && typed !== '' && typed !== name && !clash) editor.edit((d) => renameTo(d, ['blocks', name], typed).doc);
    setTyped(null);
  };
  return (
    <Table.Tr data-testid={`block-row-${name}`}>
      <Table.Td>
        <TextInput
          size="xs"
          aria-label={t('blocks.nameOf', { name })}
          value={typed ?? name}
          readOnly={readOnly}
          error={clash ? t('taken') : undefined}
          onChange={(e) => setTyped(e.currentTarget.value)}
          onBlur={settle}
          onKeyDown={(e) => e.key === 'Enter' && settle()}
        />
      </Table.Td>
      <Table.Td className="numbers">{steps}</Table.Td>
      <Table.Td className="numbers">{uses === 0 ? t('blocks.unused') : te('blockUses', { count: uses })}</Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap" justify="flex-end">
          <Button size="compact-sm" variant="default" leftSection={<IconExternalLink size={14} aria-hidden />} onClick={() => go({ path: ['blocks', name] })}>{t('open')}</Button>
          <ActionIcon variant="subtle" color="gray" disabled={readOnly} aria-label={te('deleteNamed', { name })} onClick={() => actions.remove(['blocks', name], name)}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
