import { Box } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Code } from '@/code';
import type { Place } from '@/plan';
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
  const box = useRef<HTMLDivElement>(null);
  const at = useRef<{ key: string; place: Place | undefined }>({ key: '', place: undefined });
  // Only another choice in the outline moves the cursor: not a name that is typed in the text.
  if (at.current.key !== key) at.current = { key, place: box.current?.contains(document.activeElement) ? at.current.place : doc.place(where.path) };
  return (
    <Box ref={box} h="100%">
      <Code
        language="yaml"
        label={t('view.text')}
        value={doc.text}
        onChange={(text) => editor.setText(text, 'text')}
        problems={[...state.problems]}
        onSave={save}
        goTo={at.current.place}
        height="100%"
        variables={variables}
        testId="plan-text"
      />
    </Box>
  );
}
