import { ActionIcon, Box, Button, Checkbox, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCopy, IconGripVertical, IconPlus, IconTrash } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { scenariosAt, setScenarioTransactions, type ScenarioView } from '@/plan/load';
import { transactionsAt } from '@/plan/view';
import { moveKey, useDrag } from '@/widgets/move-rows';
import { useEditor, useField } from '../../context';
import { DurationField } from '../../step/duration-field';
import { useActionsOfPlan } from '../../use-actions';
import { addScenario, copyScenario } from './forms';
import { LoadForm } from './load-form';
import classes from '../sections.module.css';

/** Several loads at once over the same plan. */
export function Scenarios() {
  const { t } = useTranslation('sections');
  const { doc, editor, readOnly } = useEditor();
  const scenarios = scenariosAt(doc);
  const drag = useDrag((path, to) => editor.edit((d) => d.move(['scenarios'], Number(path[1]), to)));
  return (
    <Stack gap="sm">
      {scenarios.map((scenario, i) => <Scenario key={i} scenario={scenario} index={i} count={scenarios.length} drag={drag} />)}
      <Group>
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} disabled={readOnly} onClick={() => editor.edit((d) => addScenario(d, t('scenario.new')))}>{t('scenario.add')}</Button>
      </Group>
    </Stack>
  );
}

interface ScenarioProps {
  scenario: ScenarioView;
  index: number;
  count: number;
  drag: ReturnType<typeof useDrag>;
}

/** One of them. It is moved by its handle, or by Alt+↑ and Alt+↓ anywhere in it. */
function Scenario({ scenario, index, count, drag }: ScenarioProps) {
  const { t } = useTranslation('sections');
  const { t: te } = useTranslation('editor');
  const { editor, readOnly } = useEditor();
  const actions = useActionsOfPlan();
  const { path } = scenario;
  const name = useField([...path, 'name']);
  const named = { name: scenario.name || String(index + 1) };
  const move = (by: number) => editor.edit((d) => d.move(['scenarios'], index, index + by));
  const onKeyDown = (event: KeyboardEvent<HTMLFieldSetElement>) => {
    const by = moveKey(event);
    // A row within it may have moved instead.
    if (!by || readOnly || event.defaultPrevented) return;
    event.preventDefault();
    if (index + by < 0 || index + by >= count) return;
    move(by);
    const list = event.currentTarget.parentElement;
    requestAnimationFrame(() => list?.children[index + by]?.querySelector('input')?.focus());
  };
  return (
    <fieldset className={classes.card} aria-label={t('scenario.label', named)} onKeyDown={onKeyDown} {...drag.place(path)} data-testid={`scenario-${index}`}>
      <Group align="flex-end" wrap="nowrap">
        <TextInput flex={1} label={te('name')} value={name.value} error={name.error} readOnly={readOnly} onChange={(e) => name.set(e.currentTarget.value)} />
        <Group gap={0} wrap="nowrap" mb={4}>
          {!readOnly && <span className={classes.grip} title={te('dragHint')} {...drag.source(path)}><IconGripVertical size={16} aria-hidden /></span>}
          <ActionIcon variant="subtle" color="gray" disabled={readOnly || index === 0} aria-label={te('moveUpNamed', named)} onClick={() => move(-1)}><IconArrowUp size={16} aria-hidden /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" disabled={readOnly || index === count - 1} aria-label={te('moveDownNamed', named)} onClick={() => move(1)}><IconArrowDown size={16} aria-hidden /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" disabled={readOnly} aria-label={te('duplicateNamed', named)} onClick={() => editor.edit((d) => copyScenario(d, index))}><IconCopy size={16} aria-hidden /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" disabled={readOnly || count === 1} aria-label={te('deleteNamed', named)} onClick={() => actions.remove(path, named.name)}><IconTrash size={16} aria-hidden /></ActionIcon>
        </Group>
      </Group>
      <Box maw="20rem"><DurationField path={[...path, 'start_at']} label={t('scenario.startAt')} empty={t('scenario.atOnce')} /></Box>
      <Chosen scenario={scenario} />
      <LoadForm path={[...path, 'load']} />
    </fieldset>
  );
}

/** Which transactions a scenario plays, and how often each. */
function Chosen({ scenario }: { scenario: ScenarioView }) {
  const { t } = useTranslation('sections');
  const { doc, editor, readOnly } = useEditor();
  const { path, transactions: chosen } = scenario;
  const put = (to: ScenarioView['transactions'], group = 'choice') => editor.edit((d) => setScenarioTransactions(d, path, to), `${path.join('/')}/transactions/${group}`);
  const known = transactionsAt(doc);
  // A name that no transaction has (any more) is shown as well, so that it can be taken out.
  const names = [...new Set([...known.map((k) => k.name), ...(chosen ?? []).map((c) => c.name)])].filter((n) => n !== '');
  return (
    <Stack gap={6} role="group" aria-label={t('scenario.transactions')}>
      <Group gap="sm">
        <Text size="sm" fw={500}>{t('scenario.transactions')}</Text>
        <SegmentedControl
          size="xs" aria-label={t('scenario.which')} value={chosen ? 'some' : 'all'} disabled={readOnly || names.length === 0}
          data={[{ value: 'all', label: t('scenario.all') }, { value: 'some', label: t('scenario.some') }]}
          onChange={(to) => put(to === 'all' ? undefined : known.filter((k) => k.name !== '').map((k) => ({ name: k.name, weight: k.weight || '1' })))}
        />
      </Group>
      {chosen && names.map((name) => {
        const row = chosen.find((c) => c.name === name);
        return (
          <Group key={name} gap="sm">
            <Checkbox
              w="14rem" label={name} checked={row !== undefined} disabled={readOnly || (row !== undefined && chosen.length === 1)}
              onChange={(e) => put(e.currentTarget.checked ? [...chosen, { name, weight: '1' }] : chosen.filter((c) => c.name !== name))}
            />
            {row && (
              <TextInput
                size="xs" w="5rem" aria-label={t('scenario.weightOf', { name })} inputMode="numeric" value={row.weight} readOnly={readOnly}
                onChange={(e) => {
                  const weight = e.currentTarget.value.replace(/\D/g, '');
                  put(chosen.map((c) => (c.name === name ? { ...c, weight } : c)), name);
                }}
              />
            )}
          </Group>
        );
      })}
    </Stack>
  );
}
