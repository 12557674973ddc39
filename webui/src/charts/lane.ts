import type { RunEvent } from '@/api/types';

/** Events that are too near to each other for marks of their own. */
export interface Cluster {
  /** Where it is drawn, in pixels from the left. */
  x: number;
  events: RunEvent[];
}

/** Marks at the ends of the lane stay within it: half of the widest. */
const EDGE = 14;

/** Places events on a lane; those within the least distance of the first of a cluster join it. */
export function clusterEvents(events: readonly RunEvent[], from: number, to: number, pixels: number, least = 26): Cluster[] {
  if (!(to > from)) return [];
  const clusters: Cluster[] = [];
  const shown = events.filter((e) => e.second >= from && e.second <= to).sort((a, b) => a.second - b.second || a.seq - b.seq);
  for (const event of shown) {
    const x = Math.min(Math.max(((event.second - from) / (to - from)) * pixels, EDGE), Math.max(EDGE, pixels - EDGE));
    const last = clusters.at(-1);
    if (last && x - last.x < least) last.events.push(event);
    else clusters.push({ x, events: [event] });
  }
  return clusters;
}
