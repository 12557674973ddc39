import { ApiError } from '@/api/client';
import { Alert, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { IconAlertCircle, IconRefresh } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

/** What an error says in the language of the page: by its code where that is known. */
function errorText(error: unknown, t: TFunction<'widgets'>): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ApiError)) return message;
  return t(`errors.${error.code}`, { defaultValue: message, message });
}

export interface ErrorCardProps {
  error: unknown;
  /** What could not be done. */
  title?: string;
  retry?: () => void;
  testId?: string;
}

/** An error where it happened, with its cause and what can be done. */
export function ErrorCard({ error, title, retry, testId = 'error-card' }: ErrorCardProps) {
  const { t } = useTranslation('widgets');
  const api = error instanceof ApiError ? error : undefined;
  const text = errorText(error, t);
  const problems = api?.problems ?? [];
  return (
    <Alert variant="outline" color="red" role="alert" icon={<IconAlertCircle aria-hidden />} title={title ?? t('wentWrong')} data-testid={testId}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{text}</Text>
        {api && api.message !== text && api.message !== '' && <Text size="sm" c="dimmed">{api.message}</Text>}
        {api?.hint && <Text size="sm">{t('hint', { hint: api.hint })}</Text>}
        {problems.length > 0 && (
          <List size="sm">
            {problems.slice(0, 20).map((p, i) => (
              <List.Item key={i}>{t('problem', { line: p.line, column: p.col, message: p.message })}</List.Item>
            ))}
          </List>
        )}
        <Group gap="sm">
          {retry && (
            <Button size="xs" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={retry}>
              {t('retry')}
            </Button>
          )}
          {api && <Code>{api.status > 0 ? `${api.code} · ${api.status}` : api.code}</Code>}
        </Group>
      </Stack>
    </Alert>
  );
}
