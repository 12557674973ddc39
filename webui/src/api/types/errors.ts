// What is wrong, as every call says it.

/** One thing that is wrong with a plan, an environment or a script, as the master says it. */
export interface Problem {
  file: string;
  /** From 1; 0: no place. */
  line: number;
  /** From 1, in characters. */
  col: number;
  /** In the plan: transactions[0].steps[2].request.url */
  path: string;
  message: string;
  hint: string;
  /** The line of the text, or the part of it around col. */
  source: string;
  /** It does not keep the plan from running. */
  warning: boolean;
}

export interface ErrorBody {
  code: string;
  message: string;
  hint?: string;
  problems?: Problem[];
}
