import { ActionIcon, Button, Group, Menu, SegmentedControl, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { clock, parseDuration, readDuration } from '@/plan/duration';
import { stagesLength, type StageRow } from '@/plan/load';
import { PRESETS, presetStages } from '@/rooms/start/form';
import { useEditor } from '../../context';
import { moved } from '@/widgets/move-rows';
import { HeldInput } from '@/widgets/held-input';
import { TimeInput } from '../time-input';

export interface StagesProps {
  stages: readonly StageRow[];
  /** group: edits of one group that follow each other are undone at once. */
  onChange: (stages: StageRow[], group: string) => void;
}

/** The course of a load, a row for each stage. */
export function Stages({ stages, onChange }: StagesProps) {
  const { t } = useTranslation('sections');
  const { readOnly } = useEditor();
  const length = stagesLength(stages, parseDuration);
  const top = Math.max(1, ...stages.map((s) => Number(s.level) || 0));
  return (
    <Stack gap="xs">
      <Table.ScrollContainer minWidth={490} type="native">
        <Table verticalSpacing={2} horizontalSpacing={4} aria-label={t('load.stages')} data-testid="plan-stages">
          <Table.Thead>
            <Table.Tr>
              {(['name', 'shape', 'level', 'duration'] as const).map((c) => <Table.Th key={c} scope="col">{t(`stage.${c}`)}</Table.Th>)}
              <Table.Th scope="col" aria-label={t('actions')} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {stages.map((stage, i) => (
              <Stage key={i} stage={stage} index={i} stages={stages} onChange={onChange} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group gap="xs">
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} disabled={readOnly} onClick={() => onChange([...stages, { name: '', jump: false, level: stages.at(-1)?.level ?? '10', duration: '1m' }], 'add')}>{t('stage.add')}</Button>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button size="xs" variant="subtle" color="gray" disabled={readOnly}>{t('stage.presets', { top })}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {PRESETS.map((p) => <Menu.Item key={p} onClick={() => onChange(presetStages(p, top), 'preset')}>{t(`start:preset.${p}`)}</Menu.Item>)}
          </Menu.Dropdown>
        </Menu>
        {length !== undefined && <Text size="sm" c="dimmed" className="numbers">{t('stage.total', { length: clock(length) })}</Text>}
      </Group>
    </Stack>
  );
}

function Stage({ stage, index, stages, onChange }: StagesProps & { stage: StageRow; index: number }) {
  const { t } = useTranslation('sections');
  const { readOnly } = useEditor();
  const number = { number: index + 1 };
  const put = (change: Partial<StageRow>) => onChange(stages.map((s, i) => (i === index ? { ...s, ...change } : s)), `${index}/${Object.keys(change).join()}`);
  const move = (by: number) => onChange(moved(stages, index, index + by), 'move');
  const wrong = stage.duration !== '' && readDuration(stage.duration) === undefined;
  return (
    <Table.Tr>
      <Table.Td><TextInput size="xs" aria-label={t('stage.nameOf', number)} value={stage.name} readOnly={readOnly} onChange={(e) => put({ name: e.currentTarget.value })} /></Table.Td>
      <Table.Td>
        <SegmentedControl
          size="xs" aria-label={t('stage.shapeOf', number)} value={stage.jump ? 'jump' : 'line'} disabled={readOnly} onChange={(to) => put({ jump: to === 'jump' })}
          data={[{ value: 'line', label: t('stage.line') }, { value: 'jump', label: t('stage.jump') }]}
        />
      </Table.Td>
      <Table.Td><HeldInput size="xs" aria-label={t('stage.levelOf', number)} inputMode="decimal" value={stage.level} readOnly={readOnly} onChange={(level) => put({ level })} /></Table.Td>
      <Table.Td>
        <TimeInput
          size="xs" aria-label={t('stage.durationOf', number)} value={stage.duration} placeholder={index === stages.length - 1 ? t('load.untilStopped') : undefined}
          error={wrong ? t('notADuration') : undefined} onChange={(duration) => put({ duration })}
        />
      </Table.Td>
      <Table.Td>
        <Group gap={0} wrap="nowrap" justify="flex-end">
          <ActionIcon variant="subtle" color="gray" disabled={readOnly || index === 0} aria-label={t('stage.up', number)} onClick={() => move(-1)}><IconArrowUp size={15} aria-hidden /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" disabled={readOnly || index === stages.length - 1} aria-label={t('stage.down', number)} onClick={() => move(1)}><IconArrowDown size={15} aria-hidden /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" disabled={readOnly || stages.length === 1} aria-label={t('stage.remove', number)} onClick={() => onChange(stages.filter((_, i) => i !== index), 'remove')}><IconTrash size={15} aria-hidden /></ActionIcon>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
