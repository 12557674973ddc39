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

/** Why something is as it is: in English, and in a code with what it is about. */
export interface Reason {
  /** Empty: only text says it. */
  code: string;
  params?: Record<string, string | number>;
  text: string;
  /** What it comes from. */
  of?: Reason[];
}

export interface ErrorBody {
  code: string;
  message: string;
  hint?: string;
  problems?: Problem[];
}
