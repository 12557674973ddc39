import type { RunTick } from '@/api/types';
import { printDuration, readDuration } from '@/plan/duration';
import type { StageRow } from '@/plan/load';

export type EditKind = 'users' | 'rate' | 'hold' | 'scale' | 'stages' | 'time';

/** The values of the dialog that changes a load under way, as they were typed. */
export interface EditForm {
  kind: EditKind;
  scenario: string;
  users: string;
  rate: string;
  spawnRate: string;
  scale: string;
  duration: string;
  stages: StageRow[];
}

export const NO_EDIT: EditForm = { kind: 'users', scenario: '', users: '', rate: '', spawnRate: '', scale: '0.5', duration: '', stages: [] };

/** What PATCH /runs/{id}/load is sent; undefined: what was typed makes no sense. */
export function changeOf(form: EditForm, tick: Pick<RunTick, 'users'> | null): Record<string, unknown> | undefined {
  const number = (text: string) => (text.trim() === '' || !Number.isFinite(Number(text)) || Number(text) < 0 ? undefined : Number(text));
  const ms = form.duration.trim() === '' ? undefined : readDuration(form.duration);
  if (form.duration.trim() !== '' && (ms === undefined || ms <= 0)) return undefined;
  const body: Record<string, unknown> = {};
  if (form.scenario !== '') body.scenario = form.scenario;
  if (ms !== undefined) body.duration = printDuration(ms);
  const spawn = form.spawnRate.trim() === '' ? undefined : number(form.spawnRate);
  if (form.spawnRate.trim() !== '' && !spawn) return undefined;
  switch (form.kind) {
    case 'users': {
      const users = number(form.users);
      if (users === undefined || !Number.isInteger(users)) return undefined;
      return { ...body, users, ...(spawn ? { spawn_rate: spawn } : {}) };
    }
    case 'rate': {
      const rate = number(form.rate);
      return rate === undefined ? undefined : { ...body, rate, ...(spawn ? { spawn_rate: spawn } : {}) };
    }
    case 'hold':
      return tick ? { ...body, users: tick.users } : undefined;
    case 'scale': {
      const scale = number(form.scale);
      return scale === undefined ? undefined : { ...body, scale };
    }
    case 'stages': {
      const stages = form.stages.map((s) => ({ name: s.name || undefined, [s.jump ? 'jump' : 'target']: number(s.level), duration: printDuration(readDuration(s.duration) ?? 0) }));
      const sound = stages.length > 0 && form.stages.every((s) => number(s.level) !== undefined && (readDuration(s.duration) ?? 0) > 0);
      return sound ? { ...body, stages } : undefined;
    }
    case 'time':
      return ms === undefined ? undefined : body;
  }
}
