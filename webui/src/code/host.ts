import type { LuaApi } from '@/api/types';
import type { Finding } from './findings';
import type { Place } from './lua/complete';

/** Before the master has said what scripts can call. */
export const NOTHING_KNOWN: LuaApi = { functions: [], hooks: [], libraries: [] };

/** What the extensions of one editor ask of the component around it; it changes as props do. */
export interface Host {
  onChange?: (value: string) => void;
  onSend?: () => void;
  onSave?: () => void;
  /** Told when the list of problems, or where the cursor is, has changed. */
  onFindings?: (findings: readonly Finding[]) => void;
  onCursor?: (line: number, column: number) => void;
  variables?: readonly string[];
  api: LuaApi;
  place: Place;
  /** Texts of the page's language. */
  text: {
    source: (source: Finding['sources'][number]) => string;
    json: (fault: string) => string;
    snippet: (key: string) => string;
  };
}
