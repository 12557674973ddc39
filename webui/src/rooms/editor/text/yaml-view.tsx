import { useTranslation } from 'react-i18next';
import { useMemo } from 'react';
import { Code } from '@/code';
import { useEditor } from '../context';
import { usePlanSave } from '../use-save';
import { useVariableNames } from '../variables';

/** The text of the plan; the outline leads to places in it. */
export function YamlView() {
  const { doc, editor, state, where } = useEditor();
  const { t } = useTranslation('editor');
  const save = usePlanSave();
  const variables = useVariableNames();
  const key = where.path.join('/') + (where.section ?? '');
  // Only another choice in the outline moves the cursor, not every key that is typed.
  const goTo = useMemo(() => doc.place(where.path), [key]);
  return (
    <Code
      language="yaml"
      label={t('view.text')}
      value={doc.text}
      onChange={(text) => editor.setText(text, 'text')}
      problems={[...state.problems]}
      onSave={save}
      goTo={goTo}
      height="100%"
      variables={variables}
      testId="plan-text"
    />
  );
}
