import { useComputedColorScheme } from '@mantine/core';
import { createContext, use, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration, formatTime } from '@/widgets/format';
import { usePreferences } from '@/widgets/preferences';
import type { ChartGroup } from './group';
import type { Look } from './options';

const Current = createContext<{ group: ChartGroup; look: Look } | null>(null);

export interface ChartsProps {
  group: ChartGroup;
  /** Instant of run time 0, in ms, when the axis shows the time of day; null: run time. */
  clockFrom: number | null;
  children: ReactNode;
}

/** The charts of a group within it look alike and move together. */
export function Charts({ group, clockFrom, children }: ChartsProps) {
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const { i18n } = useTranslation();
  const preferences = usePreferences();
  const value = useMemo(() => {
    const time = (t: number) => (clockFrom === null ? formatDuration(t) : formatTime(clockFrom + t * 1000));
    return { group, look: { scheme, time, language: i18n.language, preferences } };
  }, [group, scheme, clockFrom, i18n.language, preferences]);
  return <Current value={value}>{children}</Current>;
}

export function useCharts(): { group: ChartGroup; look: Look } {
  const value = use(Current);
  if (!value) throw new Error('a chart needs <Charts> around it');
  return value;
}
