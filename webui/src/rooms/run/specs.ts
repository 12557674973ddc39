import type { TFunction } from 'i18next';
import type { LoadResult, ThresholdResult } from '@/api/types';
import { CYCLE, type ChartSpec, type LineSpec } from '@/charts';
import { secondsOf, type SeriesView } from '@/live/types';
import { limitsOf } from './thresholds';
import { HIGH_CPU, highest, highestWorker, lowest, median } from './workers';

type Translate = TFunction<'run'>;
type Thresholds = readonly Pick<ThresholdResult, 'rule'>[];

/** Above so many workers a line each cannot be told apart. */
export const LINES_OF_WORKERS = 8;
/** An interval with fewer samples says little of the slowest in a thousand. */
const ENOUGH = 1000;

/** Of which requests latencies are: of all, or of those that did not fail. */
export type Of = 'all' | 'ok';

/** p99.9 apart by how much it can be trusted: of seconds with enough samples, or of the rest. */
export function trusted(view: SeriesView, of: Of, enough: boolean): Float64Array {
  const { rps, failures, p999, ok_p999 } = view.cols;
  const samples = (i: number) => ((rps[i] as number) - (of === 'ok' ? (failures[i] as number) : 0)) * secondsOf(view, i);
  return (of === 'ok' ? ok_p999 : p999).map((v, i) => (samples(i) >= ENOUGH === enough ? v : Number.NaN));
}

/** Starts, beside what they should be; null: of those nobody is told, such as of one transaction. */
function startLines(t: Translate, model: LoadResult['model'] | null): LineSpec[] {
  if (model === null) return [];
  const begun: LineSpec = { key: 'iterations', label: t('line.iterations'), color: 'blue', optional: model === 'users', read: (v) => v.cols.iterations };
  if (model === 'users') return [begun];
  return [
    { key: 'due', label: t('line.due'), color: 'grey', style: 'dash', read: (v) => v.cols.due },
    begun,
    { key: 'late', label: t('line.late'), color: 'orange', optional: true, read: (v) => v.cols.late },
    { key: 'dropped', label: t('line.dropped'), color: 'purple', read: (v) => v.cols.dropped },
  ];
}

export function rpsSpec(t: Translate, thresholds: Thresholds, model: LoadResult['model'] | null): ChartSpec {
  return {
    id: 'rps', title: t('chart.rps'), help: t(model ? 'chart.rpsHelp' : 'chart.rpsHelpOne'), unit: 'rate', limits: limitsOf(thresholds, ['rps']),
    lines: [
      { key: 'rps', label: t('line.rps'), color: 'teal', style: 'area', read: (v) => v.cols.rps },
      { key: 'failures', label: t('line.failures'), color: 'red', read: (v) => v.cols.failures },
      ...startLines(t, model),
    ],
  };
}

export function latencySpec(t: Translate, thresholds: Thresholds, log: boolean, of: Of): ChartSpec {
  const column = (name: 'p50' | 'p95' | 'p99') => (v: SeriesView) => v.cols[of === 'ok' ? (`ok_${name}` as const) : name];
  return {
    id: 'latency', title: t('chart.latency'), help: t('chart.latencyHelp'), unit: 'ms', log,
    limits: limitsOf(thresholds, ['p50', 'p90', 'p95', 'p99', 'p999']),
    lines: [
      { key: 'p50', label: 'p50', color: 'teal', read: column('p50') },
      { key: 'p95', label: 'p95', color: 'blue', read: column('p95') },
      { key: 'p99', label: 'p99', color: 'orange', read: column('p99') },
      { key: 'p999', label: 'p99.9', color: 'purple', read: (v) => trusted(v, of, true) },
      { key: 'p999few', label: t('line.p999few'), color: 'purple', style: 'faint', read: (v) => trusted(v, of, false) },
    ],
  };
}

export function heatSpec(t: Translate, of: Of): ChartSpec {
  return {
    id: 'heatmap', title: t('chart.heatmap'), help: t('chart.heatmapHelp'), unit: 'ms', heat: of, lines: [
      { key: 'p50', label: 'p50', color: 'red', read: (v) => (of === 'ok' ? v.cols.ok_p50 : v.cols.p50) },
      { key: 'p99', label: 'p99', color: 'orange', read: (v) => (of === 'ok' ? v.cols.ok_p99 : v.cols.p99) },
    ],
  };
}

export function usersSpec(t: Translate): ChartSpec {
  return {
    id: 'users', title: t('chart.users'), help: t('chart.usersHelp'), unit: 'count', stages: true, lines: [
      { key: 'target', label: t('line.target'), color: 'grey', style: 'dash', read: (v) => v.cols.target },
      { key: 'users', label: t('line.users'), color: 'blue', style: 'step', read: (v) => v.cols.users },
    ],
  };
}

function cpuColumns(view: SeriesView): Float64Array[] {
  return [...view.workers.values()].map((w) => w.cpu);
}

function workerLines(workers: readonly string[]): LineSpec[] {
  return workers.map((id, i) => ({ key: id, label: id, color: CYCLE[i % CYCLE.length] ?? 'blue', read: (v: SeriesView) => v.workers.get(id)?.cpu ?? new Float64Array(v.t.length).fill(Number.NaN) }));
}

/** In parentheses are keys of ours; others are ids of workers. */
function manyWorkerLines(t: Translate, worst: readonly string[]): LineSpec[] {
  return [
    ...workerLines(worst),
    { key: '(max)', label: t('line.max'), color: 'grey', style: 'faint', read: (v) => highest(cpuColumns(v), v.t.length), who: highestWorker },
    { key: '(median)', label: t('line.median'), color: 'grey', read: (v) => median(cpuColumns(v), v.t.length) },
    { key: '(min)', label: t('line.min'), color: 'grey', style: 'faint', read: (v) => lowest(cpuColumns(v), v.t.length) },
  ];
}

/** worst: those of many workers that have a line of their own. */
export function cpuSpec(t: Translate, workers: readonly string[], worst: readonly string[]): ChartSpec {
  return {
    id: 'cpu', title: t('chart.cpu'), help: t('chart.cpuHelp'), unit: 'percent', floor: 1.05, fixed: true,
    limits: [{ value: HIGH_CPU, label: t('line.highCpu') }],
    ...(workers.length > LINES_OF_WORKERS ? { lines: manyWorkerLines(t, worst), band: ['(max)', '(min)'] as const } : { lines: workerLines(workers) }),
  };
}

export function codesSpec(t: Translate): ChartSpec {
  return {
    id: 'codes', title: t('chart.codes'), help: t('chart.codesHelp'), unit: 'rate', stacked: true, lines: [
      { key: 'none', label: t('line.none'), color: 'purple', read: (v) => v.cols.none },
      { key: 's5xx', label: '5xx', color: 'red', read: (v) => v.cols.s5xx },
      { key: 's4xx', label: '4xx', color: 'orange', read: (v) => v.cols.s4xx },
      { key: 's3xx', label: '3xx', color: 'blue', read: (v) => v.cols.s3xx },
      { key: 's1xx', label: '1xx', color: 'grey', read: (v) => v.cols.s1xx },
      { key: 's2xx', label: '2xx', color: 'teal', read: (v) => v.cols.s2xx },
    ],
  };
}

export function bytesSpec(t: Translate): ChartSpec {
  return {
    id: 'codes', title: t('chart.bytes'), help: t('chart.bytesHelp'), unit: 'bytes', lines: [
      { key: 'bytes_in', label: t('line.bytesIn'), color: 'blue', style: 'area', read: (v) => v.cols.bytes_in },
      { key: 'bytes_out', label: t('line.bytesOut'), color: 'orange', read: (v) => v.cols.bytes_out },
    ],
  };
}
