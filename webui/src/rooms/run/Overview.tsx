import { SegmentedControl, Stack } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '@/charts';
import { useOpenRun } from './context';
import classes from './run.module.css';
import { SinceMark } from './SinceMark';
import { bytesSpec, codesSpec, cpuSpec, heatSpec, latencySpec, LINES_OF_WORKERS, rpsSpec, usersSpec, type Of } from './specs';
import { SummaryPanel } from './SummaryPanel';
import { useRunValue } from './useRunValue';
import { useStored } from './useStored';
import { worstWorkers } from './workers';

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

/** Which workers of many are busy is seen in so many seconds. */
const BUSY_SECONDS = 60;

/** Which of many workers use the most CPU: now, or in what is shown. */
function useWorst(many: boolean): string[] {
  const { store, live, address } = useOpenRun();
  const { zoom } = address;
  const before = useRef<string[]>([]);
  const text = useRunValue(store, ({ lastSecond }) => {
    if (!many) return '';
    const now = live && !zoom;
    const view = zoom ? store.view(zoom.from, zoom.to) : store.view(now ? Math.max(0, lastSecond + 1 - BUSY_SECONDS) : 0);
    before.current = worstWorkers(view, now ? before.current : []);
    return before.current.join('\n');
  });
  return useMemo(() => text.split('\n').filter(Boolean), [text]);
}

function isOf(value: unknown): value is Of {
  return value === 'all' || value === 'ok';
}

export function Overview() {
  const { t } = useTranslation('run');
  const { live } = useOpenRun();
  const [of, setOf] = useStored<Of>('lh-latencies-of', 'all', isOf);
  return (
    <Stack gap="sm">
      {!live && <SummaryPanel />}
      <SinceMark />
      <div className={classes.charts}>
        <RateChart />
        <LatencyChart of={of} onOf={setOf} />
        <HeatChart of={of} onOf={setOf} />
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
  const { result } = useOpenRun();
  const rules = useRules();
  const model = result.load.some((l) => l.model === 'arrivals') ? 'arrivals' : 'users';
  return <Chart key={model} spec={useMemo(() => rpsSpec(t, rules, model), [t, rules, model])} />;
}

function LatencyChart({ of, onOf }: OfProps) {
  const { t } = useTranslation('run');
  const rules = useRules();
  const [scale, setScale] = useState('lin');
  const spec = useMemo(() => latencySpec(t, rules, scale === 'log', of), [t, rules, scale, of]);
  const controls = (
    <>
      <OfSwitch of={of} onOf={onOf} />
      <SegmentedControl size="xs" aria-label={t('scale')} value={scale} onChange={setScale} data={[{ value: 'lin', label: t('linear') }, { value: 'log', label: t('logarithmic') }]} />
    </>
  );
  return <Chart spec={spec} controls={controls} />;
}

function HeatChart({ of, onOf }: OfProps) {
  const { t } = useTranslation('run');
  return <Chart spec={useMemo(() => heatSpec(t, of), [t, of])} controls={<OfSwitch of={of} onOf={onOf} />} />;
}

interface OfProps {
  of: Of;
  onOf: (of: Of) => void;
}

/** Both charts of latencies are of the same requests. */
function OfSwitch({ of, onOf }: OfProps) {
  const { t } = useTranslation('run');
  return <SegmentedControl size="xs" aria-label={t('latenciesOf')} value={of} onChange={(v) => onOf(v as Of)} data={[{ value: 'all', label: t('ofAll') }, { value: 'ok', label: t('ofOk') }]} />;
}

function UsersChart() {
  const { t } = useTranslation('run');
  return <Chart spec={useMemo(() => usersSpec(t), [t])} />;
}

function CpuChart() {
  const { t } = useTranslation('run');
  const workers = useWorkerIds();
  const worst = useWorst(workers.length > LINES_OF_WORKERS);
  return <Chart spec={useMemo(() => cpuSpec(t, workers, worst), [t, workers, worst])} />;
}

function CodesChart() {
  const { t } = useTranslation('run');
  const [shown, setShown] = useState('codes');
  const spec = useMemo(() => (shown === 'codes' ? codesSpec(t) : bytesSpec(t)), [t, shown]);
  const controls = <SegmentedControl size="xs" aria-label={t('shown')} value={shown} onChange={setShown} data={[{ value: 'codes', label: t('codes') }, { value: 'bytes', label: t('bytes') }]} />;
  return <Chart spec={spec} controls={controls} />;
}
