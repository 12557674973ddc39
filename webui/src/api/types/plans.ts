// Plans and other texts of the workspace.
import type { Problem } from './errors';

export interface PlanInfo {
  name: string;
  revision: string;
  modified: string;
  size: number;
  description: string;
  transactions: string[];
  problems: Problem[];
}

export interface StoredText {
  name: string;
  revision: string;
  text: string;
  problems: Problem[];
}
