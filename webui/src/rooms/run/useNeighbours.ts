import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { queries } from '@/api/queries';
import type { RunInfo } from '@/api/types';
import { useShortcut } from '@/widgets/use-shortcut';

/** So many numbers of deleted runs are passed over. */
const REACH = 50;

/** The number of the run that was started just before (-1) or after (1) another; runs are newest first. */
export function neighbour(runs: readonly Pick<RunInfo, 'number'>[], of: number, way: -1 | 1): number | undefined {
  return way < 0 ? runs.find((run) => run.number < of)?.number : runs.findLast((run) => run.number > of)?.number;
}

/** "[" goes to the run that was started before this one, "]" to the one after it. */
export function useNeighbours(of: number): void {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const step = async (way: -1 | 1) => {
    const { runs } = await client.fetchQuery(queries.runs({ before: of + REACH + 1, limit: REACH + 2 }));
    const to = neighbour(runs, of, way);
    if (to !== undefined) navigate(`/runs/${to}`);
  };
  // A master that does not answer is told by the connection's pill.
  const go = (way: -1 | 1) => void step(way).catch(() => undefined);
  useShortcut('[', () => go(-1));
  useShortcut(']', () => go(1));
}
