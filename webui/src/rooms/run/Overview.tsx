import { SegmentedControl, Stack } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '@/charts';
import { useOpenRun } from './context';
import classes from './run.module.css';
import { SinceMark } from './SinceMark';
import { bytesSpec, codesSpec, cpuSpec, heatSpec, latencySpec, rpsSpec, usersSpec } from './specs';
import { SummaryPanel } from './SummaryPanel';
import { useRunValue } from './useRunValue';

/** The rules of the thresholds, the same object for as long as they are the same. */
function useRules(): { rule: string }[] {
  const { result, store } = useOpenRun();
  const text = useRunValue(store, ({ tick }) => (tick?.thresholds.length ? tick.thresholds : result.thresholds).map((t) => t.rule).join('\n'));
  return useMemo(() => text.split('\n').filter(Boolean).map((rule) => ({ rule })), [text]);
}

/** Ids of the workers that the run has had, likewise. */
function useWorkerIds(): string[] {
  const { store } = useOpenRun();
  const text = useRunValue(store, ({ lastSecond }) => [...store.view(Math.max(0, lastSecond)).workers.keys()].sort().join('\n'));
  return useMemo(() => text.split('\n').filter(Boolean), [text]);
}

export function Overview() {
  const { t } = useTranslation('run');
  const { live } = useOpenRun();
  return (
    <Stack gap="sm">
      {!live && <SummaryPanel />}
      <SinceMark />
      <div className={classes.charts}>
        <RateChart />
        <LatencyChart />
        <HeatChart />
        <UsersChart />
        <CpuChart />
        <CodesChart />
      </div>
      <p className={classes.hint}>{t('chartKeys')}</p>
    </Stack>
  );
}

function RateChart() {
  const { t } = useTranslation('run');
  const rules = useRules();
  return <Chart spec={useMemo(() => rpsSpec(t, rules), [t, rules])} />;
}

function LatencyChart() {
  const { t } = useTranslation('run');
  const rules = useRules();
  const [scale, setScale] = useState('lin');
  const spec = useMemo(() => latencySpec(t, rules, scale === 'log'), [t, rules, scale]);
  const controls = <SegmentedControl size="xs" aria-label={t('scale')} value={scale} onChange={setScale} data={[{ value: 'lin', label: t('linear') }, { value: 'log', label: t('logarithmic') }]} />;
  return <Chart spec={spec} controls={controls} />;
}

function HeatChart() {
  const { t } = useTranslation('run');
  return <Chart spec={useMemo(() => heatSpec(t), [t])} />;
}

function UsersChart() {
  const { t } = useTranslation('run');
  return <Chart spec={useMemo(() => usersSpec(t), [t])} />;
}

function CpuChart() {
  const { t } = useTranslation('run');
  const workers = useWorkerIds();
  return <Chart spec={useMemo(() => cpuSpec(t, workers), [t, workers])} />;
}

function CodesChart() {
  const { t } = useTranslation('run');
  const [shown, setShown] = useState('codes');
  const spec = useMemo(() => (shown === 'codes' ? codesSpec(t) : bytesSpec(t)), [t, shown]);
  const controls = <SegmentedControl size="xs" aria-label={t('shown')} value={shown} onChange={setShown} data={[{ value: 'codes', label: t('codes') }, { value: 'bytes', label: t('bytes') }]} />;
  return <Chart spec={spec} controls={controls} />;
}
