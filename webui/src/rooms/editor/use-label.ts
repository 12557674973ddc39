import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { OutlineNode } from './outline';

/** What a line of the outline is called in the language of the page. */
export function useLabel(): (node: OutlineNode) => string {
  const { t } = useTranslation('editor');
  return useCallback(
    (node) => {
      if (node.kind === 'lifecycle') return t(`lifecycle.${node.id}`);
      if (node.kind === 'section') return t(`section.${node.label}`);
      if (node.kind === 'settings') return t('tab.settings');
      if (node.kind === 'blocks' || node.kind === 'else') return t(`kind.${node.kind}`);
      if (node.kind === 'repeat' || node.kind === 'if' || node.kind === 'use') return `${t(`kind.${node.kind}`)} ${node.label}`;
      return node.label || t('unnamed');
    },
    [t],
  );
}
