// The plan as the page edits it. The text of the file is the only state: forms read
// values out of it and splice values into it, so that what a form does not know, and how
// somebody wrote the rest, stays as it was.

export type { Pair, Path, Place, PlanDocument, SyntaxProblem } from './types';
export { parsePlan } from './document';
export { Literal } from './value';
