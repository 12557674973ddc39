import type { Problem } from '@/api/types';

export interface CodeProps {
  value: string;
  onChange?: (value: string) => void;
  language: 'lua' | 'yaml' | 'json' | 'text';
  /** Name for screen readers. */
  label: string;
  problems?: Problem[];
  readOnly?: boolean;
  /** Ctrl+Enter and Ctrl+S within the editor. */
  onSend?: () => void;
  onSave?: () => void;
  /** Line and column (1-based) to go to; a new object goes there again. */
  goTo?: { line: number; column: number };
  height?: string;
  testId?: string;
  /** Names for completion of {{…}}. */
  variables?: string[];
}

// The owner of src/code replaces these bodies: CodeMirror, loaded when first needed.

export function Code(_props: CodeProps) {
  return null;
}

export interface LuaProps extends Omit<CodeProps, 'language'> {
  /** Which hooks may stand in this script. */
  place: 'plan' | 'transaction' | 'step' | 'library';
}

/** The Lua editor with completion, problems list and status bar. */
export function LuaEditor(_props: LuaProps) {
  return null;
}

export interface DiffProps {
  mine: string;
  theirs: string;
  language: 'lua' | 'yaml';
  onMerged: (text: string) => void;
}

/** Two texts side by side; the left one can be edited. */
export function Diff(_props: DiffProps) {
  return null;
}
