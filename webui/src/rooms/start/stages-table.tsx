import { stagesLength, type StageRow } from '@/plan/load';
import { clock, readDuration } from '@/plan/duration';
import { ActionIcon, Button, Group, NumberInput, SegmentedControl, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PRESETS, presetStages } from './form';

export interface StagesTableProps {
  stages: readonly StageRow[];
  onChange: (stages: StageRow[]) => void;
}

/** A course of the load, a row for each stage. */
export function StagesTable({ stages, onChange }: StagesTableProps) {
  const { t } = useTranslation('start');
  const [top, setTop] = useState(100);
  const change = (index: number, part: Partial<StageRow>) => onChange(stages.map((s, i) => (i === index ? { ...s, ...part } : s)));
  const length = stagesLength(stages, readDuration);
  return (
    <Stack gap="xs">
      <Group gap="xs" align="flex-end">
        <NumberInput label={t('presetUsers')} value={top} min={1} w={120} onChange={(v) => setTop(Number(v) || 1)} />
        {PRESETS.map((p) => (
          <Button key={p} size="xs" variant="default" onClick={() => onChange(presetStages(p, top))}>{t(`preset.${p}`)}</Button>
        ))}
      </Group>
      {stages.length > 0 && (
        <Table verticalSpacing={4} data-testid="stages">
          <Table.Thead>
            <Table.Tr>
              {(['stageName', 'shape', 'level', 'stageDuration'] as const).map((c) => <Table.Th key={c} scope="col">{t(c)}</Table.Th>)}
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {stages.map((s, i) => (
              <Table.Tr key={i}>
                <Table.Td><TextInput size="xs" aria-label={t('stageName')} value={s.name} onChange={(e) => change(i, { name: e.currentTarget.value })} /></Table.Td>
                <Table.Td>
                  <SegmentedControl
                    size="xs" aria-label={t('shape')} value={s.jump ? 'jump' : 'line'} onChange={(v) => change(i, { jump: v === 'jump' })}
                    data={[{ value: 'line', label: t('line') }, { value: 'jump', label: t('jump') }]}
                  />
                </Table.Td>
                <Table.Td><TextInput size="xs" aria-label={t('level')} value={s.level} inputMode="decimal" onChange={(e) => change(i, { level: e.currentTarget.value })} /></Table.Td>
                <Table.Td>
                  <TextInput
                    size="xs" aria-label={t('stageDuration')} value={s.duration} onChange={(e) => change(i, { duration: e.currentTarget.value })}
                    error={s.duration !== '' && readDuration(s.duration) === undefined ? t('notADuration') : undefined}
                  />
                </Table.Td>
                <Table.Td>
                  <ActionIcon variant="subtle" color="gray" aria-label={t('removeStage', { number: i + 1 })} onClick={() => onChange(stages.filter((_, k) => k !== i))}>
                    <IconTrash size={16} aria-hidden />
                  </ActionIcon>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Group>
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => onChange([...stages, { name: '', jump: false, level: String(top), duration: '1m' }])}>
          {t('addStage')}
        </Button>
        {length !== undefined && stages.length > 0 && <Text size="sm" className="numbers">{t('total', { length: clock(length) })}</Text>}
      </Group>
    </Stack>
  );
}
