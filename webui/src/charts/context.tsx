import { useComputedColorScheme } from '@mantine/core';
import { createContext, use, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChartGroup } from './group';
import type { Look } from './options';
import { formatClock, formatRunTime } from './units';

const Current = createContext<{ group: ChartGroup; look: Look } | null>(null);

/** The language of numbers; the pseudo language has those of English. */
export function useLocale(): string {
  const { i18n } = useTranslation();
  return i18n.language === 'zh' ? 'zh-CN' : 'en';
}

export interface ChartsProps {
  group: ChartGroup;
  /** Instant of run time 0, in ms, when the axis shows the time of day; null: run time. */
  clockFrom: number | null;
  children: ReactNode;
}

/** The charts of a group within it look alike and move together. */
export function Charts({ group, clockFrom, children }: ChartsProps) {
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const locale = useLocale();
  const value = useMemo(() => {
    const time = (t: number) => (clockFrom === null ? formatRunTime(t) : formatClock(clockFrom + t * 1000, locale));
    return { group, look: { scheme, locale, time } };
  }, [group, scheme, locale, clockFrom]);
  return <Current value={value}>{children}</Current>;
}

export function useCharts(): { group: ChartGroup; look: Look } {
  const value = use(Current);
  if (!value) throw new Error('a chart needs <Charts> around it');
  return value;
}
