import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Exchange } from '@/api/types';
import type { Path, PlanDocument } from '@/plan';
import { goTo } from '@/shell/location';
import { SendPanel } from '../send';
import { useEditor } from './context';
import { nameOf } from './outline';
import { placeOfPath } from './problem-place';

/** Finds the request with a name within a transaction, as the answer of Send once names it. */
function findRequest(doc: PlanDocument, list: Path, name: string): Path | undefined {
  for (let i = 0; i < doc.size(list); i++) {
    const step = [...list, i];
    if (doc.get([...step, 'request']) !== undefined && nameOf(doc, step) === name) return step;
    const nested = findRequest(doc, [...step, 'steps'], name) ?? findRequest(doc, [...step, 'else'], name);
    if (nested) return nested;
  }
  return undefined;
}

/** Send once, for the transaction that is shown, else the first. */
export function SendPane({ onResult }: { onResult: (result: Exchange) => void }) {
  const { doc, plan, editor, where, go } = useEditor();
  const { t } = useTranslation('editor');
  const [top, index] = where.path;
  const transaction: Path = ['transactions', top === 'transactions' && typeof index === 'number' ? index : 0];
  const name = doc.scalar([...transaction, 'name']);
  if (name === undefined) return <Text p="md" c="dimmed">{t('nothingToSend')}</Text>;

  const add = (step: string, key: 'extract' | 'check', row: unknown) => {
    const path = findRequest(doc, [...transaction, 'steps'], step);
    if (!path) return;
    const list = [...path, key];
    const edited = doc.insert(list, doc.size(list), row);
    editor.edit(edited);
    go({ path, tab: key === 'extract' ? 'extract' : 'checks' }, { doc: edited });
  };
  return (
    <SendPanel
      plan={plan}
      text={doc.text}
      transaction={name}
      onResult={onResult}
      onPlace={(place) => {
        const at = /^(.*?):(\d+)(?::(\d+))?$/.exec(place);
        const script = at?.[1] && /(?:^|\/)scripts\/(.+)$/.exec(at[1])?.[1];
        if (script) goTo(`/scripts/${script.split('/').map(encodeURIComponent).join('/')}`);
        if (!at || !at[1]?.endsWith(`${plan}.yaml`)) return;
        go(placeOfPath(doc.pathAt({ line: Number(at[2]), column: Number(at[3] ?? 1) })));
      }}
      onAddExtract={(step, row) => add(step, 'extract', row)}
      onAddCheck={(step, row) => add(step, 'check', row)}
    />
  );
}
