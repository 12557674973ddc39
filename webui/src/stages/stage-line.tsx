import { ActionIcon, Group, SegmentedControl, Table, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconGripVertical, IconTrash } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { readDuration } from '@/plan/duration';
import type { StageRow } from '@/plan/load';
import { HeldInput } from '@/widgets/held-input';
import { moved, moveKey, type useDrag } from '@/widgets/move-rows';
import { TimeInput } from '@/widgets/time-input';
import type { StagesTableProps } from './props';
import classes from './stages.module.css';

export interface StageLineProps extends StagesTableProps {
  stage: StageRow;
  index: number;
  drag: ReturnType<typeof useDrag>;
}

/** One stage. It is moved by its handle, or by Alt+↑ and Alt+↓ in any of its fields. */
export function StageLine({ stage, index, stages, readOnly, mustEnd, onChange, drag }: StageLineProps) {
  const { t } = useTranslation('stages');
  const number = { number: index + 1 };
  const last = index === stages.length - 1;
  const put = (change: Partial<StageRow>) => onChange(stages.map((s, i) => (i === index ? { ...s, ...change } : s)), `${index}/${Object.keys(change).join()}`);
  const move = (to: number) => onChange(moved(stages, index, to), 'move');
  const onKeyDown = (event: KeyboardEvent<HTMLTableRowElement>) => {
    const to = index + moveKey(event);
    if (to === index || readOnly) return;
    event.preventDefault();
    if (to < 0 || to >= stages.length) return;
    move(to);
    const cell = event.target instanceof HTMLElement ? event.target.closest('td')?.cellIndex : undefined;
    const body = event.currentTarget.parentElement;
    requestAnimationFrame(() => body?.children[to]?.children[cell ?? 0]?.querySelector<HTMLElement>('input:checked, input[type="text"], input:not([type]), button')?.focus());
  };
  const wrong = stage.duration === '' ? mustEnd || !last : readDuration(stage.duration) === undefined;
  return (
    <Table.Tr onKeyDown={onKeyDown} {...drag.place([index])} data-testid={`stage-${index}`}>
      <Table.Td><TextInput size="xs" aria-label={t('nameOf', number)} value={stage.name} readOnly={readOnly} onChange={(e) => put({ name: e.currentTarget.value })} /></Table.Td>
      <Table.Td>
        <SegmentedControl
          size="xs" aria-label={t('shapeOf', number)} value={stage.jump ? 'jump' : 'line'} disabled={readOnly} onChange={(to) => put({ jump: to === 'jump' })}
          data={[{ value: 'line', label: t('line') }, { value: 'jump', label: t('jump') }]}
        />
      </Table.Td>
      <Table.Td><HeldInput size="xs" aria-label={t('levelOf', number)} inputMode="decimal" value={stage.level} readOnly={readOnly} onChange={(level) => put({ level })} /></Table.Td>
      <Table.Td>
        <TimeInput
          size="xs" aria-label={t('durationOf', number)} value={stage.duration} placeholder={last && !mustEnd ? t('untilStopped') : undefined} readOnly={readOnly}
          error={wrong ? t('notADuration') : undefined} onChange={(duration) => put({ duration })}
        />
      </Table.Td>
      <Table.Td>
        <Group gap={0} wrap="nowrap" justify="flex-end">
          {!readOnly && <span className={classes.grip} title={t('dragHint')} {...drag.source([index])}><IconGripVertical size={14} aria-hidden /></span>}
          <ActionIcon variant="subtle" color="gray" disabled={readOnly || index === 0} aria-label={t('up', number)} onClick={() => move(index - 1)}><IconArrowUp size={15} aria-hidden /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" disabled={readOnly || last} aria-label={t('down', number)} onClick={() => move(index + 1)}><IconArrowDown size={15} aria-hidden /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" disabled={readOnly || stages.length === 1} aria-label={t('remove', number)} onClick={() => onChange(stages.filter((_, i) => i !== index), 'remove')}><IconTrash size={15} aria-hidden /></ActionIcon>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
