import { Alert, Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorCard } from '@/widgets/error-card';
import { formatDateTime } from '@/widgets/format';
import { useEditor } from './context';

/** What happened to the plan elsewhere or before, and what can be done about it. */
export function Banners() {
  const { editor, state, doc, where, go } = useEditor();
  const { t } = useTranslation('editor');
  useTakenNotice(state.taken);
  const [syntax] = doc.problems;
  return (
    <>
      {syntax && (
        <Banner warn text={t('banner.syntax', { line: syntax.line, message: syntax.message })}>
          {where.view === 'form' && (
            <Button size="xs" variant="default" onClick={() => go({ ...where, view: 'yaml' })}>{t('banner.toText')}</Button>
          )}
        </Banner>
      )}
      {state.draft && (
        <Banner text={t('banner.draft', { time: formatDateTime(state.draft.at) })}>
          <Button size="xs" onClick={() => editor.takeDraft()}>{t('banner.takeDraft')}</Button>
          <Button size="xs" variant="default" onClick={() => editor.dropDraft()}>{t('banner.dropDraft')}</Button>
        </Banner>
      )}
      {state.theirs && !state.comparing && (
        <Banner warn text={t('banner.changed')}>
          <Button size="xs" variant="default" onClick={() => editor.compare(true)}>{t('banner.compare')}</Button>
        </Banner>
      )}
      {state.deleted && (
        <Banner warn text={t('banner.deleted')}>
          <Button size="xs" variant="default" onClick={() => void editor.save()}>{t('banner.saveAsNew')}</Button>
        </Banner>
      )}
      {state.error && <ErrorCard error={state.error} title={t('notSaved')} retry={() => void editor.save()} />}
    </>
  );
}

function Banner({ text, warn, children }: { text: string; warn?: boolean; children: ReactNode }) {
  const Mark = warn ? IconAlertTriangle : IconInfoCircle;
  return (
    <Alert variant="outline" color={warn ? 'orange' : 'blue'} role="status" icon={<Mark aria-hidden />} py="xs">
      <Group justify="space-between">
        <Text size="sm">{text}</Text>
        <Group gap="xs">{children}</Group>
      </Group>
    </Alert>
  );
}

/** Says that the text changed under somebody who had nothing unsaved. */
function useTakenNotice(taken: number): void {
  const { t } = useTranslation('editor');
  const seen = useRef(taken);
  useEffect(() => {
    if (taken > seen.current) notifications.show({ message: t('taken'), closeButtonProps: { 'aria-label': t('close') } });
    seen.current = taken;
  }, [taken, t]);
}
