import { parseDuration, printDuration } from '@/plan/duration';
import type { LoadView, StageRow } from '@/plan/load';
import { ramp } from '@/plan/profile';

export type Preset = 'smoke' | 'ramp' | 'step' | 'spike' | 'soak';
export const PRESETS: readonly Preset[] = ['smoke', 'ramp', 'step', 'spike', 'soak'];

/** Courses of a load that people know, for so many users (or starts per second) at the top. */
export function presetStages(preset: Preset, top: number): StageRow[] {
  const line = (level: number, duration: string): StageRow => ({ name: '', jump: false, level: String(Math.max(1, Math.round(level))), duration });
  const jump = (level: number, duration: string): StageRow => ({ ...line(level, duration), jump: true });
  switch (preset) {
    case 'smoke':
      return [jump(1, '1m')];
    case 'ramp':
      return [line(top, '2m'), line(top, '5m'), line(1, '1m')];
    case 'step':
      return [0.25, 0.5, 0.75, 1].map((share) => jump(top * share, '2m'));
    case 'spike':
      return [jump(top * 0.1, '1m'), jump(top, '30s'), jump(top * 0.1, '1m')];
    case 'soak':
      return [line(top, '5m'), line(top, '2h'), line(1, '2m')];
  }
}

/** The course of a load in whichever form as stages. */
export function stagesOf(load: Omit<LoadView, 'path'>): StageRow[] {
  if (load.form === 'stages') return load.stages;
  const level = Number(load.form === 'arrivals' ? load.rate : load.users);
  const length = (parseDuration(load.duration) ?? 0) / 1000;
  const perSecond = load.form === 'arrivals' ? 0 : Number(load.spawnRate);
  if (!Number.isFinite(level) || !Number.isFinite(perSecond)) return [];
  return ramp(level, perSecond, length).map((s) => ({ name: '', jump: s.jump, level: String(Number(s.target.toFixed(3))), duration: s.duration > 0 ? printDuration(s.duration * 1000) : '' }));
}
