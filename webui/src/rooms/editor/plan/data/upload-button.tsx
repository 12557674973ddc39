import { Button, FileButton, Group, Progress, Stack, Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes, formatShare } from '@/widgets/format';
import { ErrorCard } from '@/widgets/error-card';
import { isTaken, pathFor, upload } from './upload';

type Going = { file: File; share: number } | null;

export interface UploadButtonProps {
  /** Of which kinds of files; all without it. */
  accept?: string;
  /** Told of the path that the file has in the workspace. */
  onDone: (path: string) => void;
  disabled?: boolean;
}

/** Brings a file of this computer into the workspace; asks before it replaces one. */
export function UploadButton({ accept, onDone, disabled }: UploadButtonProps) {
  const { t } = useTranslation('sections');
  const cache = useQueryClient();
  const [going, setGoing] = useState<Going>(null);
  const [taken, setTaken] = useState<File | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const send = async (file: File, overwrite: boolean) => {
    const path = pathFor(file.name);
    const asked = new AbortController();
    stop.current = asked;
    setTaken(null);
    setError(null);
    setGoing({ file, share: 0 });
    try {
      await upload(path, file, { overwrite, signal: asked.signal, onProgress: (share) => setGoing({ file, share }) });
      await cache.invalidateQueries({ queryKey: ['files'] });
      onDone(path);
    } catch (cause) {
      if (isTaken(cause)) setTaken(file);
      else if (!asked.signal.aborted) setError(cause instanceof Error ? cause : new Error(String(cause)));
    } finally {
      setGoing(null);
    }
  };
  return (
    <Stack gap="xs">
      <Group>
        <FileButton accept={accept} onChange={(file) => file && void send(file, false)}>
          {(props) => (
            <Button {...props} size="xs" variant="default" leftSection={<IconUpload size={14} aria-hidden />} disabled={disabled || going !== null} data-testid="upload">{t('data.upload')}</Button>
          )}
        </FileButton>
        {going && (
          <Group gap="xs" role="status">
            <Progress w="8rem" value={going.share * 100} aria-label={t('data.uploading', { file: going.file.name })} />
            <Text size="xs" className="numbers">{t('data.progress', { share: formatShare(going.share), size: formatBytes(going.file.size) })}</Text>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => stop.current?.abort()}>{t('cancel')}</Button>
          </Group>
        )}
      </Group>
      {taken && (
        <Group gap="xs" role="alert">
          <Text size="sm" fw={600}>{t('data.overwrite', { file: pathFor(taken.name) })}</Text>
          <Button size="compact-sm" color="red" onClick={() => void send(taken, true)}>{t('data.replace')}</Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              onDone(pathFor(taken.name));
              setTaken(null);
            }}
          >
            {t('data.useExisting')}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setTaken(null)}>{t('cancel')}</Button>
        </Group>
      )}
      {error && <ErrorCard error={error} title={t('data.notUploaded')} />}
    </Stack>
  );
}
