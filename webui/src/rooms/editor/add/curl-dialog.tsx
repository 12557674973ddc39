import { Button, Code, Group, List, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { below, parseCurl, type CurlRequest } from '@/plan/curl';
import { useEditor } from '../context';
import { fullUrl } from '../step/url-query';
import classes from '../step/step.module.css';

export interface CurlDialogProps {
  opened: boolean;
  /** The command to begin with. */
  text?: string;
  onClose: () => void;
  onTake: (curl: CurlRequest) => void;
}

/** A cURL command, what it is as a request, and what of it a plan cannot say. */
export function CurlDialog({ opened, text = '', onClose, onTake }: CurlDialogProps) {
  const { t } = useTranslation('editor');
  const [command, setCommand] = useState(text);
  useEffect(() => {
    if (opened) setCommand(text);
  }, [opened, text]);
  const { doc } = useEditor();
  const base = doc.scalar(['base_url']) ?? '';
  const curl = useMemo(() => {
    const read = command.trim() === '' ? undefined : parseCurl(command);
    return read && { ...read, request: below(base, read.request) };
  }, [command, base]);
  const take = () => {
    if (!curl) return;
    onTake(curl);
    setCommand('');
    onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={t('curl.title')} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
      <Stack>
        <Textarea
          data-autofocus
          label={t('curl.command')}
          placeholder="curl -X POST https://example.com/cart -H 'Content-Type: application/json' -d '{…}'"
          autosize
          minRows={4}
          maxRows={12}
          classNames={{ input: classes.mono }}
          spellCheck={false}
          value={command}
          error={command.trim() !== '' && !curl ? t('curl.none') : undefined}
          onChange={(e) => setCommand(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey)) return;
            e.preventDefault(); // the dialog is gone before the key reaches the page, which would send what was taken
            take();
          }}
          data-testid="curl-command"
        />
        {curl && <Preview curl={curl} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('curl.cancel')}</Button>
          <Button disabled={!curl} onClick={take} data-testid="curl-take">{t('curl.take')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Preview({ curl }: { curl: CurlRequest }) {
  const { t } = useTranslation('editor');
  const { request, ignored } = curl;
  const { method = 'GET', url = '', query = [], headers = [], body, auth } = request;
  return (
    <Stack gap={6} data-testid="curl-preview">
      <Code block>
        {[`${method} ${fullUrl({ url, query })}`, ...headers.map((h) => `${h.name}: ${h.value}`)].join('\n')}
      </Code>
      {auth && (auth.kind === 'basic' || auth.kind === 'bearer') && <Text size="sm">{`${t('auth.kind')}: ${t(`auth.${auth.kind}`)}`}</Text>}
      {body && body.kind !== 'none' && <Text size="sm">{t('curl.body', { kind: t(`body.${body.kind}`) })}</Text>}
      {ignored.length > 0 && (
        <>
          <Text size="sm" c="var(--lh-warn)">{t('curl.ignored')}</Text>
          <List size="sm">{ignored.map((o) => <List.Item key={o}>{o}</List.Item>)}</List>
        </>
      )}
    </Stack>
  );
}
