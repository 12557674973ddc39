import { useTranslation } from 'react-i18next';
import { useEditor } from './context';
import { FORM } from './use-save';

/** Makes a name a variable of the plan, and leads to where its value is typed. */
export function useDefine(): (name: string) => void {
  const { editor, go } = useEditor();
  const { t } = useTranslation('editor');
  return (name) => {
    const doc = editor.snapshot().doc.set(['variables', name], '');
    editor.edit(doc);
    go({ section: 'variables' }, { doc });
    const value = `[${FORM}] input[aria-label=${JSON.stringify(t('pairs.valueOf', { name }))}]`;
    requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector<HTMLElement>(value)?.focus()));
  };
}
