// What the parts of this folder, and those who use it, speak of.

/** Where something is in a plan: keys and positions from its top. */
export type Path = readonly (string | number)[];

/** A place in the text; lines and columns count from 1. */
export interface Place {
  line: number;
  column: number;
}

export interface SyntaxProblem extends Place {
  message: string;
}

/** One text of a plan, parsed. Immutable: every edit gives a new one. */
export interface PlanDocument {
  readonly text: string;
  /** Why the text cannot be read as YAML; the form is read-only until that is mended. */
  readonly problems: readonly SyntaxProblem[];
  /** Plain value at a path: maps as objects, lists as arrays, numbers as their source text says where that cannot be kept as a number; undefined: nothing there. */
  get(path: Path): unknown;
  /** The text of a scalar as it is meant (quotes and folding undone), e.g. "1.10" or "010"; undefined when it is no scalar. */
  scalar(path: Path): string | undefined;
  /** Whether the scalar at path is in quotes or a block: text, whatever it looks like. */
  quoted(path: Path): boolean;
  /** The value at path as JSON text, with the order of keys and the text of numbers. indent 0: in one line. */
  json(path: Path, indent?: number): string | undefined;
  /** How many items a list or keys a map has; 0 where there is none. */
  size(path: Path): number;
  keys(path: Path): string[];
  /** Sets a value, making maps on the way. undefined removes it, and maps that it leaves empty. */
  set(path: Path, value: unknown): PlanDocument;
  /** Inserts into the list at path, which is made if it is missing. */
  insert(path: Path, index: number, value: unknown): PlanDocument;
  /** Moves an item within its list, with its comments. */
  move(path: Path, from: number, to: number): PlanDocument;
  /** Copies an item of a list behind itself, comments and all. */
  duplicate(path: Path, index: number): PlanDocument;
  /** Gives the key at the end of path another name, in its place. */
  rename(path: Path, key: string): PlanDocument;
  /** Where the value at path begins in the text; undefined: nothing there. */
  place(path: Path): Place | undefined;
  /** The deepest path whose value has this place. */
  pathAt(place: Place): Path;
  /** The first line (of the text) of the content of a block scalar, and how far it is indented: for scripts. */
  blockStart(path: Path): Place | undefined;
}

/** A row of headers, query or form, in whichever of its two ways it is written. */
export interface Pair {
  name: string;
  value: string;
  enabled: boolean;
  note: string;
  /** The value is null: a default of this name is not sent. */
  drop?: boolean;
}
