import { Group, Text, useComputedColorScheme } from '@mantine/core';
import { yaml } from '@codemirror/lang-yaml';
import { MergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './code.module.css';
import { lua } from './lua/language';
import { phrasesIn } from './phrases';
import type { DiffProps } from './props';
import { basics } from './setup';
import { editorTheme } from './theme';

function revertButton(label: string): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = '⇠';
  button.title = label;
  button.setAttribute('aria-label', label);
  return button;
}

export function DiffView({ mine, theirs, language, onMerged, labels }: DiffProps) {
  const { t } = useTranslation('code');
  const scheme = useComputedColorScheme('light');
  const parent = useRef<HTMLDivElement>(null);
  const told = useRef(onMerged);
  told.current = onMerged;
  const editable = onMerged !== undefined;
  const names = labels ?? { mine: t('mine'), theirs: t('theirs') };
  const id = useId();

  useEffect(() => {
    if (!parent.current) return;
    const side = (name: string): Extension => [
      basics, EditorView.lineWrapping, editorTheme(scheme), language === 'yaml' ? yaml() : lua,
      EditorView.contentAttributes.of({ 'aria-label': name, tabindex: '0' }), EditorState.phrases.of(phrasesIn((key) => t(key))),
    ];
    const watch = EditorView.updateListener.of((update) => {
      if (update.docChanged) told.current?.(update.state.doc.toString());
    });
    const merge = new MergeView({
      parent: parent.current,
      a: { doc: mine, extensions: [side(names.mine), editable ? watch : EditorState.readOnly.of(true)] },
      b: { doc: theirs, extensions: [side(names.theirs), EditorState.readOnly.of(true)] },
      ...(editable && { revertControls: 'b-to-a' as const, renderRevertControl: () => revertButton(t('takeTheirs')) }),
      collapseUnchanged: { margin: 3, minSize: 6 },
    });
    return () => merge.destroy();
    // The left text is edited here: what is given is where that begins.
  }, [theirs, language, scheme, t, editable]);

  return (
    <div role="group" aria-labelledby={id} data-testid="diff">
      <Group grow id={id} gap={0}>
        <Text size="sm" fw={600}>{names.mine}</Text>
        <Text size="sm" fw={600}>{names.theirs}</Text>
      </Group>
      <div ref={parent} className={classes.diff} />
    </div>
  );
}
