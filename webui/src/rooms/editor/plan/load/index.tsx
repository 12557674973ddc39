import { Box, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Course } from '@/charts/course';
import { parseDuration } from '@/plan/duration';
import { setLoad } from '@/plan/load';
import { previewAt } from '@/plan/profile';
import { planView } from '@/plan/view';
import { useEditor } from '../../context';
import { DurationField } from '../../step/duration-field';
import { keptAt, NEW_LOAD, toLoad, toScenarios } from './forms';
import { LoadForm } from './load-form';
import { Scenarios } from './scenarios';
import classes from '../sections.module.css';

/** How hard, over time; and what of it counts. */
export function Load() {
  const { t } = useTranslation('sections');
  const { doc, editor, readOnly } = useEditor();
  // What there was in the other way, for when it is chosen again.
  const kept = useRef<unknown>(undefined);
  const several = doc.get(['scenarios']) !== undefined;
  const preview = useMemo(() => previewAt(doc), [doc]);
  const { measure } = planView(doc);
  const none = !several && doc.get(['load']) === undefined;
  const choose = (to: string) => {
    if (to === 'scenarios') editor.edit((d) => toScenarios(d, kept.current, t('scenario.first')));
    else if (several) {
      kept.current = keptAt(doc, 'scenarios');
      editor.edit(toLoad);
    } else editor.edit((d) => setLoad(d, ['load'], NEW_LOAD));
  };
  return (
    <Stack gap="md">
      <Group>
        <SegmentedControl
          aria-label={t('load.way')} value={several ? 'scenarios' : none ? '' : 'load'} disabled={readOnly} onChange={choose} data-testid="load-way"
          data={[{ value: 'load', label: t('load.one') }, { value: 'scenarios', label: t('load.several') }]}
        />
        {none && <Text size="sm" c="dimmed">{t('load.none')}</Text>}
      </Group>
      <Course preview={preview} measure={windowOf(measure)} testId="load-preview" />
      {several ? <Scenarios /> : !none && <LoadForm path={['load']} />}
      <Title order={3} size="h5">{t('measure.title')}</Title>
      <Text size="sm" c="dimmed">{t('measure.text')}</Text>
      <Box className={classes.columns} maw="40rem">
        <DurationField path={['measure', 'from']} label={t('measure.from')} empty={t('measure.start')} />
        <DurationField path={['measure', 'to']} label={t('measure.to')} empty={t('measure.end')} />
      </Box>
    </Stack>
  );
}

/** The window in seconds; undefined: all is measured. */
function windowOf({ from, to }: { from: string; to: string }): { from: number; to: number | undefined } | undefined {
  if (from === '' && to === '') return undefined;
  const end = parseDuration(to);
  return { from: (parseDuration(from) ?? 0) / 1000, to: end ? end / 1000 : undefined };
}
