/** The dialog that starts a test, on any route with ?start=<plan>. Rendered once, by the shell. */
export function StartDialog() {
  return null;
}

/** Opens the dialog for a plan, from anywhere; with the values of an earlier run for "run again". */
export function openStart(_plan: string, _again?: string): void {}

/** Opens the dialog that changes the load of a run under way, by its id. */
export function openEditLoad(_run: string): void {}
