import { Alert, Anchor, List, Stack, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import type { Problem } from '@/api/types';
import { ErrorCard } from '@/widgets';
import type { Given } from './choices';
import { MissingValues } from './missing-values';
import { PlaceButton } from './place-button';
import type { Missing } from './use-send';

interface Props {
  plan: string;
  error: unknown;
  missing: Missing | null;
  onPlace?: (place: string) => void;
  onGive: (values: Given) => void;
  onRetry: () => void;
}

function placeOf(plan: string, problem: Problem): string {
  return `${problem.file || `${plan}.yaml`}:${problem.line}`;
}

/** With these something may have been sent, though there is no answer of it. */
const UNSURE = new Set(['deadline', 'worker', 'network', 'bad_answer']);

/** What is said above an error: whether anything may have been sent. */
export function titleOf(error: unknown): 'notSent' | 'noAnswer' {
  return error instanceof ApiError && !UNSURE.has(error.code) ? 'notSent' : 'noAnswer';
}

/** Why nothing could be sent, and what can be done about it. */
export function SendError({ plan, error, missing, onPlace, onGive, onRetry }: Props) {
  const { t } = useTranslation('send');
  const api = error instanceof ApiError ? error : null;
  if (missing) return <MissingValues missing={missing} onGive={onGive} />;
  if (api && api.problems.length > 0) {
    return (
      <Alert variant="outline" color="red" role="alert" icon={<IconAlertCircle aria-hidden />} title={t('badPlan')} data-testid="send-error">
        <List size="sm" listStyleType="none">
          {api.problems.slice(0, 20).map((problem, i) => (
            <List.Item key={i}>
              <PlaceButton place={placeOf(plan, problem)} onPlace={onPlace} /> {problem.message}
              {problem.hint && <Text span size="sm" c="dimmed"> – {problem.hint}</Text>}
            </List.Item>
          ))}
        </List>
      </Alert>
    );
  }
  return (
    <Stack gap="xs">
      <ErrorCard error={error} title={t(titleOf(error))} retry={onRetry} testId="send-error" />
      {api?.code === 'no_worker' && <Anchor href="#/workers" size="sm">{t('toWorkers')}</Anchor>}
    </Stack>
  );
}
