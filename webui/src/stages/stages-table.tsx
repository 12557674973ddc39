import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { readDuration } from '@/plan/duration';
import { stagesLength } from '@/plan/load';
import { formatDuration } from '@/widgets/format';
import { moved, useDrag } from '@/widgets/move-rows';
import { PresetsBar } from './presets-bar';
import type { StagesTableProps } from './props';
import { StageLine } from './stage-line';
import classes from './stages.module.css';

const COLUMNS = ['name', 'shape', 'level', 'duration'] as const;

/** What presets go up to where there is no stage yet. */
const TOP = 100;

/** The course of a load, a row for each stage. The last may have no end. */
export function StagesTable({ stages, readOnly = false, mustEnd = false, onChange }: StagesTableProps) {
  const { t } = useTranslation('stages');
  const drag = useDrag((path, to) => onChange(moved(stages, Number(path[0]), to), 'move'));
  const length = stages.length > 0 ? stagesLength(stages, readDuration) : undefined;
  const top = Math.max(0, ...stages.map((s) => Number(s.level) || 0)) || TOP;
  const add = () => onChange([...stages, { name: '', jump: false, level: stages.at(-1)?.level ?? String(TOP), duration: '1m' }], 'add');
  return (
    <Stack gap="xs">
      <PresetsBar top={top} readOnly={readOnly} onChoose={(chosen) => onChange(chosen, 'preset')} />
      {stages.length > 0 && (
        <Table.ScrollContainer minWidth={520} type="native">
          <Table className={classes.table} verticalSpacing={2} horizontalSpacing={4} aria-label={t('label')} data-testid="stages">
            <Table.Thead>
              <Table.Tr>
                {COLUMNS.map((c) => <Table.Th key={c} scope="col">{t(`column.${c}`)}</Table.Th>)}
                <Table.Th scope="col" aria-label={t('actions')} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {stages.map((stage, i) => <StageLine key={i} stage={stage} index={i} stages={stages} readOnly={readOnly} mustEnd={mustEnd} onChange={onChange} drag={drag} />)}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Group gap="xs">
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} disabled={readOnly} onClick={add}>{t('add')}</Button>
        {length !== undefined && <Text size="sm" c="dimmed" className="numbers">{t('total', { length: formatDuration(length / 1000) })}</Text>}
      </Group>
    </Stack>
  );
}
