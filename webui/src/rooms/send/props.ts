import type { Exchange, SentStep } from '@/api/types';

export interface SendProps {
  /** Name of the plan in the workspace. */
  plan: string;
  /** The plan's text as it is now, saved or not. */
  text: string;
  /** The transaction to send. */
  transaction: string;
  /** What the request that is being edited did in an answer: that is what somebody looks for there. */
  own?: (result: Exchange) => SentStep | undefined;
  /** Shows where in the script or the plan something failed: "file:line". */
  onPlace?: (place: string) => void;
  /** Adds a row to a step of the transaction: an extraction or a check. */
  onAddExtract?: (step: string, row: { name: string; json: string }) => void;
  onAddCheck?: (step: string, row: Record<string, unknown>) => void;
}

/** What can be done from within a result. */
export type Actions = Pick<SendProps, 'transaction' | 'own' | 'onPlace' | 'onAddExtract' | 'onAddCheck'>;
