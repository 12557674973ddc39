import type { Problem } from '@/api/types';

export type CodeLanguage = 'lua' | 'yaml' | 'json' | 'text';

export interface CodeProps {
  value: string;
  onChange?: (value: string) => void;
  language: CodeLanguage;
  /** Name for screen readers. */
  label: string;
  /** What the server says of the value; lines and columns count from 1. */
  problems?: Problem[];
  readOnly?: boolean;
  /** Ctrl+Enter and Ctrl+S within the editor. */
  onSend?: () => void;
  onSave?: () => void;
  /** Line and column (1-based) to go to; a new object goes there again. */
  goTo?: { line: number; column: number };
  /** CSS height of the editor; without it the editor grows with its text. */
  height?: string;
  testId?: string;
  /** Names for completion of {{…}}; those not among them are marked. */
  variables?: string[];
  /** Undo history and cursor are kept under this key while the editor is not shown. */
  stateKey?: string;
}

export interface LuaProps extends Omit<CodeProps, 'language'> {
  /** Which hooks may stand in this script. */
  place: 'plan' | 'transaction' | 'step' | 'library' | 'test';
  /** When the server last checked a value, in ms of this browser's clock; null: not yet. Without it nothing is said of it. */
  checkedAt?: number | null;
  /** Whether that was this value, is being done, or could not be done. */
  check?: 'checking' | 'done' | 'failed';
}

export interface DiffProps {
  mine: string;
  theirs: string;
  language: 'lua' | 'yaml';
  /** Told of every edit of the left text; without it neither text can be edited. */
  onMerged?: (text: string) => void;
  /** Names of the two sides; "Mine" and "Theirs" without. */
  labels?: { mine: string; theirs: string };
}
