import { useTranslation } from 'react-i18next';
import { useMemo } from 'react';
import { functions } from '@/plan/template';
import { doubtOf, markedIn, type KnownName, type Marked } from '@/plan/variables';
import { useEditor } from './context';
import { nameOf } from './outline';

/** A name that can be completed in {{…}}, and a line about it. */
export interface Choice {
  name: string;
  text: string;
}

/** The names that placeholders may use where the page is, each once. */
export function useVariableNames(): string[] {
  const { names } = useEditor();
  return useMemo(() => [...new Set(names.map((n) => n.name))], [names]);
}

/**
 * Names and functions for completion, those that have their value here first. They are
 * found when they are asked for: a page has many fields, and one of them is typed in.
 */
export function useChoices(): () => readonly Choice[] {
  const { names } = useEditor();
  const explain = useExplain();
  return useMemo(() => {
    let found: readonly Choice[] | undefined;
    return () => (found ??= choicesOf(names, explain));
  }, [names, explain]);
}

function choicesOf(names: readonly KnownName[], explain: (known: KnownName) => string): readonly Choice[] {
  const unique = new Map<string, KnownName>();
  for (const known of [...names].sort((a, b) => doubtOf(a) - doubtOf(b))) if (!unique.has(known.name)) unique.set(known.name, known);
  const made = functions.map((f) => ({ name: f.usage.slice(2, -2), text: '' }));
  return [...[...unique.values()].map((known) => ({ name: known.name, text: explain(known) })), ...made];
}

export function useMarked(text: string): Marked[] {
  const { doc, names } = useEditor();
  return useMemo(() => (text.includes('{') ? markedIn(text, names, doc) : []), [text, names, doc]);
}

/** Says what a name has for a value, and where it comes from. */
export function useExplain(): (known: KnownName) => string {
  const { doc } = useEditor();
  const { t } = useTranslation('editor');
  return useMemo(
    () => (known) => {
      const { value, environment } = known;
      if (known.kind === 'variable') return t('variable.constant', { value });
      if (environment !== undefined) return t(known.elsewhere ? 'variable.from.elsewhere' : 'variable.from.environment', { value, environment });
      const at = known.path ?? [];
      const end = at.findLastIndex((part, i) => typeof part === 'number' && at[i - 1] !== 'extract');
      const step = end >= 0 ? nameOf(doc, at.slice(0, end + 1)) : '';
      return t(`variable.from.${known.kind}`, { step: step || t(`lifecycle.${at[0]}`, { defaultValue: '' }) });
    },
    [doc, t],
  );
}
