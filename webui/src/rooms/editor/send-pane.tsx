import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { aim } from '@/code/goal';
import type { Path } from '@/plan';
import { goTo } from '@/shell/location';
import { SendPanel } from '../send';
import { useEditor } from './context';
import { stepNamed } from './location';
import { placeOfPath } from './problem-place';
import { sentStep } from './use-sent';
import { placeInScript, scriptAround, scriptKey } from './script-place';

/** Send once, for the transaction that is shown, else the first. */
export function SendPane() {
  const { doc, plan, editor, where, go } = useEditor();
  const { t } = useTranslation('editor');
  const [top, index] = where.path;
  const transaction: Path = ['transactions', top === 'transactions' && typeof index === 'number' ? index : 0];
  const name = doc.scalar([...transaction, 'name']);
  if (name === undefined) return <Text p="md" c="dimmed">{t('nothingToSend')}</Text>;

  const add = (step: string, key: 'extract' | 'check', row: unknown) => {
    const path = stepNamed(doc, [...transaction, 'steps'], step, 'request');
    if (!path) return;
    const list = [...path, key];
    const edited = doc.insert(list, doc.size(list), row);
    editor.edit(edited);
    go({ path, tab: key === 'extract' ? 'extract' : 'checks' }, { doc: edited });
  };
  const show = (place: string) => {
    const [, file, line = '1', col = '1'] = /^(.*?):(\d+)(?::(\d+))?$/.exec(place) ?? [];
    const at = { line: Number(line), col: Number(col) };
    const library = file && /(?:^|\/)scripts\/(.+)$/.exec(file)?.[1];
    if (library) {
      aim({ editor: `script:${library}`, line: at.line, column: at.col });
      goTo(`/scripts/${library.split('/').map(encodeURIComponent).join('/')}`);
    }
    if (!file?.endsWith(`${plan}.yaml`)) return;
    const path = doc.pathAt({ line: at.line, column: at.col });
    const script = scriptAround(path);
    if (script) {
      const within = placeInScript(doc, script, at);
      aim({ editor: scriptKey(plan, script), line: within.line, column: within.col });
    }
    go(placeOfPath(path));
  };
  return (
    <SendPanel
      plan={plan}
      text={doc.text}
      transaction={name}
      own={(result) => (doc.get([...where.path, 'request']) === undefined ? undefined : sentStep(doc, result, where.path))}
      onPlace={show}
      onAddExtract={(step, row) => add(step, 'extract', row)}
      onAddCheck={(step, row) => add(step, 'check', row)}
    />
  );
}
