import { Alert, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { jsonFault } from '@/code/json-text';
import { CopyButton, formatBytes } from '@/widgets';
import { contentOf, download, fileName, imageType, piecesOf, readableText, SHOWN_AT_FIRST, viewsOf, type View } from './body-kind';
import { HexView } from './hex-view';
import { ImageView } from './image-view';
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

/** Text, of which a long one is shown in part until somebody asks for all. */
function TextBody({ text, size, preview }: { text: string; size: number; preview: boolean }) {
  const { t } = useTranslation('send');
  const [all, setAll] = useState(false);
  const long = text.length > SHOWN_AT_FIRST && !all;
  const pieces = useMemo(() => {
    const shown = long ? text.slice(0, SHOWN_AT_FIRST) : text;
    return piecesOf(preview ? readableText(shown) : shown);
  }, [text, long, preview]);
  return (
    <>
      {long && (
        <Group gap="xs">
          <Text size="sm">{t('shownInPart', { shown: formatBytes(SHOWN_AT_FIRST), size: formatBytes(size) })}</Text>
          <Button size="xs" variant="default" onClick={() => setAll(true)}>{t('showAll')}</Button>
        </Group>
      )}
      <pre className={classes.raw} tabIndex={0} aria-label={t('body')}>
        {pieces.map((piece, i) => <span key={i} className={classes.piece}>{piece}</span>)}
      </pre>
    </>
  );
}

/** Where a text stops being JSON. */
function NoJSON({ text }: { text: string }) {
  const { t } = useTranslation(['send', 'code']);
  const fault = useMemo(() => jsonFault(text), [text]);
  const before = fault ? text.slice(0, fault.at).split('\n') : [];
  return (
    <Text size="sm" c="var(--lh-warn)">
      {fault ? t('send:noJSONAt', { why: t(`code:json.${fault.fault}`), line: before.length, column: (before.at(-1) ?? '').length + 1 }) : t('send:noJSON')}
    </Text>
  );
}

export function BodyView({ body, base64, size, cut, type, name, onAddExtract, onAddCheck }: Props) {
  const { t } = useTranslation('send');
  const content = useMemo(() => contentOf(type, body, base64), [type, body, base64]);
  const { text, bytes, charset, broken } = content;
  const views = viewsOf(type, content);
  const [view, setView] = useState<View>(views[0] ?? 'raw');
  const json = useMemo(() => (view === 'tree' && text ? parseJSON(text) : undefined), [view, text]);
  if (text === '') return <Text size="sm" c="dimmed">{cut ? t(size > 0 ? 'bodyNotKept' : 'bodyLost', { size: formatBytes(size) }) : t('noBody')}</Text>;
  const image = imageType(type);
  return (
    <Stack gap={6}>
      <Group gap="xs">
        {views.length > 1 && (
          <SegmentedControl size="xs" aria-label={t('viewAs')} value={view} onChange={(v) => setView(v as View)} data={views.map((v) => ({ value: v, label: t(`view.${v}`) }))} />
        )}
        {text !== undefined && <CopyButton text={text} label={t('copyBody')} />}
        <Button size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={() => download(bytes ?? text ?? '', fileName(name, type))}>
          {t('download')}
        </Button>
      </Group>
      {cut && <Alert variant="outline" color="yellow" p="xs">{t('cut', { size: formatBytes(size) })}</Alert>}
      {charset && view !== 'hex' && view !== 'image' && <Text size="xs" c={broken ? 'var(--lh-warn)' : 'dimmed'}>{t(broken ? 'brokenText' : 'readAs', { charset })}</Text>}
      {view === 'tree' && !json && !cut && text !== undefined && <NoJSON text={text} />}
      {view === 'image' && image ? <ImageView content={bytes ?? text ?? ''} type={image} />
        : view === 'hex' && bytes ? <HexView bytes={bytes} />
        : json ? <JSONTree root={json.value} onAddExtract={onAddExtract} onAddCheck={onAddCheck} />
        : text !== undefined && <TextBody key={view} text={text} size={size} preview={view === 'preview'} />}
    </Stack>
  );
}
