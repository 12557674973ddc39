import type { StageRow } from '@/plan/load';

export interface StagesTableProps {
  stages: readonly StageRow[];
  readOnly?: boolean;
  /** The last one must have a duration too. */
  mustEnd?: boolean;
  /** group: edits of one group that follow each other can be undone at once. */
  onChange: (stages: StageRow[], group: string) => void;
}
