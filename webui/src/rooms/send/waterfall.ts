import type { Attempt } from '@/api/types';

export const PHASES = ['dns', 'connect', 'tls', 'wait', 'transfer'] as const;
export type Phase = (typeof PHASES)[number];

export interface Bar {
  phase: Phase;
  /** In ms of the attempt. */
  start: number;
  length: number;
}

/**
 * Where the time of an attempt went, one phase after the other. What is measured in no
 * phase is the transfer of request and response.
 */
export function barsOf(timing: Attempt['timing']): Bar[] {
  const { dns, connect, tls, first_byte: wait, total } = timing;
  const transfer = Math.max(0, total - dns - connect - tls - wait);
  const lengths: Record<Phase, number> = { dns, connect, tls, wait, transfer };
  let start = 0;
  return PHASES.map((phase) => {
    const bar = { phase, start, length: lengths[phase] };
    start += bar.length;
    return bar;
  });
}
