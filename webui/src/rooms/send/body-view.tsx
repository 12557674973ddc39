import { Alert, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton, formatBytes } from '@/widgets';
import { download, fileName, readableText, SHOWN_AT_FIRST, viewsOf, type View } from './body-kind';
import { bytesOf } from './hex';
import { HexView } from './hex-view';
import { parseJSON } from './json-tree';
import { JSONTree, type NodeActions } from './json-tree-view';
import classes from './send.module.css';

interface Props extends NodeActions {
  body?: string;
  base64?: string;
  size: number;
  /** There was more than was kept. */
  cut: boolean;
  type: string;
  /** Its URL, for the name of a file. */
  name: string;
}

function TextBody({ text, view, label }: { text: string; view: View; label: string }) {
  return <pre className={classes.raw} tabIndex={0} aria-label={label}>{view === 'preview' ? readableText(text) : text}</pre>;
}

export function BodyView({ body, base64, size, cut, type, name, onAddExtract, onAddCheck }: Props) {
  const { t } = useTranslation('send');
  const text = base64 ? undefined : (body ?? '');
  const views = viewsOf(type, text);
  const [view, setView] = useState<View>(views[0] ?? 'raw');
  const [all, setAll] = useState(false);
  const bytes = useMemo(() => (base64 ? bytesOf(base64) : null), [base64]);
  const long = (text?.length ?? 0) > SHOWN_AT_FIRST && !all;
  const json = useMemo(() => (view === 'tree' && text && !long ? parseJSON(text) : undefined), [view, text, long]);
  if (text === '') return <Text size="sm" c="dimmed">{cut ? t('bodyNotKept', { size: formatBytes(size) }) : t('noBody')}</Text>;
  const content = bytes ?? text ?? '';
  return (
    <Stack gap={6}>
      <Group gap="xs">
        {views.length > 1 && (
          <SegmentedControl size="xs" aria-label={t('viewAs')} value={view} onChange={(v) => setView(v as View)} data={views.map((v) => ({ value: v, label: t(`view.${v}`) }))} />
        )}
        {text !== undefined && <CopyButton text={text} label={t('copyBody')} />}
        <Button size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={() => download(content, fileName(name, type))}>
          {t('download')}
        </Button>
      </Group>
      {cut && <Alert variant="outline" color="yellow" p="xs">{t('cut', { size: formatBytes(size) })}</Alert>}
      {long && (
        <Group gap="xs">
          <Text size="sm">{t('shownInPart', { shown: formatBytes(SHOWN_AT_FIRST), size: formatBytes(size) })}</Text>
          <Button size="xs" variant="default" onClick={() => setAll(true)}>{t('showAll')}</Button>
        </Group>
      )}
      {bytes && <HexView bytes={bytes} />}
      {text !== undefined && (json ? <JSONTree root={json.value} onAddExtract={onAddExtract} onAddCheck={onAddCheck} />
        : <TextBody text={long ? text.slice(0, SHOWN_AT_FIRST) : text} view={view} label={t('body')} />)}
    </Stack>
  );
}
