// Data files of the workspace.

export interface DataFile {
  path: string;
  size: number;
  modified: string;
}

export interface DataPreview {
  columns: string[];
  rows: string[][];
  total: number;
  /** The file goes on behind what was read, and total does not count that. */
  more?: boolean;
  problem?: string;
}
