// What the text of a plan is read into: scalars, maps and lists, each with its place.

import type { Kid, ScalarType } from './value';

interface Placed {
  /** Of the value's own characters; start equals end where a value is left out. */
  readonly start: number;
  readonly end: number;
}

export type Quoting = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface ScalarNode extends Placed {
  readonly kind: 'scalar';
  readonly type: ScalarType;
  readonly text: string;
  readonly quoting: Quoting;
}

export interface KidNode extends Kid<TreeNode> {
  /** Where its key or dash begins; in a flow list its value. */
  readonly start: number;
  /** Where its key ends; as start in a list. */
  readonly keyEnd: number;
  /** Behind its colon or dash; -1: it has none. */
  readonly mark: number;
}

export interface GroupNode extends Placed {
  readonly kind: 'map' | 'list';
  /** In braces or brackets. */
  readonly flow: boolean;
  readonly kids: readonly KidNode[];
}

export type TreeNode = ScalarNode | GroupNode;
