import { linter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { StateEffect, StateField, type EditorState, type Extension, type Text } from '@codemirror/state';
import { EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import type { Problem } from '@/api/types';
import { locate, mergeFindings, type Finding, type Spot } from './findings';
import type { Host } from './host';

/** What the server has said of the text as it is. */
export const serverProblems = StateEffect.define<readonly Problem[]>();

/** What the server has said; its places move with the text until it speaks again. */
const serverFindings = StateField.define<readonly Finding[]>({
  create: () => [],
  update(findings, transaction) {
    let now = findings;
    if (transaction.docChanged) {
      now = now.map((finding) => {
        const from = transaction.changes.mapPos(finding.from, 1);
        const to = Math.max(from, transaction.changes.mapPos(finding.to, -1));
        const line = transaction.newDoc.lineAt(from);
        return { ...finding, from, to, line: line.number, column: from - line.from + 1 };
      });
    }
    for (const effect of transaction.effects)
      if (effect.is(serverProblems)) now = effect.value.map((problem) => locate(transaction.newDoc, problem, 'server'));
    return now;
  },
});

type Check = (doc: Text) => Spot[];

function findingsOf(state: EditorState, check: Check): Finding[] {
  return mergeFindings(check(state.doc).map((problem) => locate(state.doc, problem, 'browser')), state.field(serverFindings));
}

function diagnostic(finding: Finding, host: Host): Diagnostic {
  return {
    from: finding.from, to: finding.to, severity: finding.level,
    message: finding.hint ? `${finding.message}\n${finding.hint}` : finding.message,
    source: finding.sources.map(host.text.source).join(', '),
  };
}

/** Marks what check and the server find, a moment after each change, and tells the host. */
export function diagnostics(host: Host, check: Check): Extension {
  const plugin = ViewPlugin.fromClass(
    class {
      private timer: ReturnType<typeof setTimeout> | undefined;
      constructor(readonly view: EditorView) {
        this.plan(0);
      }
      update(update: ViewUpdate) {
        const told = update.transactions.some((t) => t.effects.some((e) => e.is(serverProblems)));
        if (told) this.plan(0);
        // The parser here runs when typing rests: it costs milliseconds in long scripts.
        else if (update.docChanged) this.plan(120);
      }
      destroy() {
        clearTimeout(this.timer);
      }
      private plan(wait: number) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => {
          const findings = findingsOf(this.view.state, check);
          this.view.dispatch(setDiagnostics(this.view.state, findings.map((finding) => diagnostic(finding, host))));
          host.onFindings?.(findings);
        }, wait);
      }
    },
  );
  return [serverFindings, linter(null), plugin];
}
