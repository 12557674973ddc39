import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { StateEffect, type Extension } from '@codemirror/state';
import { Decoration, MatchDecorator, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from '@codemirror/view';
import type { Host } from './host';

/** Functions of {{…}} that need nothing from the plan. */
const DYNAMIC = ['$uuid', '$timestamp', '$isoTimestamp', '$randomInt', '$randomString', '$oneOf', '$seq', '$user', '$iteration', '$worker', '$env'];

/** The names changed that are known. */
export const namesChanged = StateEffect.define<null>();

/** Whether the inside of {{…}} names a variable that nobody knows. */
export function isUnknown(inside: string, variables: readonly string[] | undefined): boolean {
  const name = (inside.split('|')[0] ?? '').trim();
  if (!variables || !/^[A-Za-z_][\w.-]*$/.test(name)) return false;
  const root = name.split('.')[0] ?? '';
  return root !== 'secret' && !variables.includes(name) && !variables.includes(root);
}

/** Where the name within an unfinished {{ begins; -1: the place is in none. */
export function nameStart(head: string): number {
  const open = head.lastIndexOf('{{');
  if (open < 0) return -1;
  const inside = head.slice(open + 2);
  return /^\s*[$\w.-]*$/.test(inside) ? open + 2 + (inside.length - inside.trimStart().length) : -1;
}

export function templateCompletion(host: Host) {
  return (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos);
    const start = nameStart(line.text.slice(0, context.pos - line.from));
    if (start < 0) return null;
    const closed = line.text.slice(context.pos - line.from).trimStart().startsWith('}}');
    const apply = (name: string) => (closed ? name : `${name}}}`);
    return {
      from: line.from + start,
      options: [
        ...(host.variables ?? []).map((name) => ({ label: name, type: 'variable', apply: apply(name), boost: 1 })),
        ...DYNAMIC.map((name) => ({ label: name, type: 'function', apply: apply(name) })),
      ],
      validFor: /^[$\w.-]*$/,
    };
  };
}

/** Marks {{…}}, and those of unknown names. */
export function templates(host: Host): Extension {
  const known = Decoration.mark({ class: 'cm-template' });
  const unknown = Decoration.mark({ class: 'cm-template cm-template-unknown' });
  const matcher = new MatchDecorator({
    regexp: /\{\{([^{}\n]*)\}\}/g,
    decoration: (match) => (isUnknown(match[1] ?? '', host.variables) ? unknown : known),
  });
  return ViewPlugin.fromClass(
    class {
      marks: DecorationSet;
      constructor(view: EditorView) {
        this.marks = matcher.createDeco(view);
      }
      update(update: ViewUpdate) {
        const again = update.transactions.some((t) => t.effects.some((e) => e.is(namesChanged)));
        this.marks = again ? matcher.createDeco(update.view) : matcher.updateDeco(update, this.marks);
      }
    },
    { decorations: (plugin) => plugin.marks },
  );
}
