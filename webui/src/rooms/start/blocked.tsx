import { Anchor, Button, Group, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { segment } from '@/api/client';
import { nameOf } from './sent-lines';
import type { Start } from './use-start';

/** Goes to a field of the dialog, also where it is folded away. */
function focusField(name: string): void {
  const place = document.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const field = place?.matches('input, select, textarea, button') ? place : place?.querySelector('input, select, textarea, button');
  if (field instanceof HTMLElement) field.focus();
}

interface Reason {
  text: string;
  fix?: ReactNode;
}

/** Why it cannot be started now, and the way to what is wrong. */
function reasonOf(plan: string, start: Start, show: (field: string) => void, t: TFunction<'start'>): Reason | undefined {
  const { wrong, preflight, checked, stored } = start;
  const link = (path: string, label: string) => <Anchor size="sm" underline="always" href={`#/plans/${segment(plan)}${path}`}>{label}</Anchor>;
  const to = (field: string) => <Button size="compact-xs" variant="default" onClick={() => show(field)}>{t('toField')}</Button>;
  if (start.start.isPending || start.ready) return undefined;
  if (plan === '') return { text: t('choosePlan') };
  const [fault] = wrong;
  if (fault) return { text: fault === 'ids' ? t('blocked.ids') : t('blocked.form', { field: t(`field.${fault}`) }), fix: to(fault) };
  const error = stored.error ?? preflight.error;
  if (error) return { text: t('blocked.error'), fix: <Button size="compact-xs" variant="default" onClick={() => void (stored.error ? stored.refetch() : preflight.refetch())}>{t('retry')}</Button> };
  const answer = preflight.data;
  if (!checked || !answer) return { text: t('blocked.checking') };
  if (answer.problems.some((p) => !p.warning)) return { text: t('blocked.plan'), fix: link('?view=yaml', t('toPlan')) };
  if (answer.missing_files.length > 0) return { text: t('blocked.files'), fix: link('/settings/data', t('toData')) };
  const [env] = answer.missing_env;
  if (env) return { text: t('blocked.env', { name: env }), fix: to(`env.${env}`) };
  const [secret] = answer.missing_secrets;
  if (secret) return { text: t('blocked.secret', { name: secret }), fix: to(`secret.${secret}`) };
  const { blocking } = start.sent;
  const [failed] = blocking;
  if (answer.ok && failed) {
    const ignore = () => {
      start.sent.ignore(blocking);
      show('start');
    };
    return { text: blocking.length > 1 ? t('blocked.allSent', { count: blocking.length }) : t('blocked.sent', { name: nameOf(failed, t) }), fix: <Button size="compact-xs" variant="default" onClick={ignore}>{t('ignoreOnce')}</Button> };
  }
  return { text: t('blocked.preflight') };
}

/** Beside the button that starts. unfold: shows the fields that are folded away. */
export function Blocked({ plan, start, unfold }: { plan: string; start: Start; unfold: () => void }) {
  const { t } = useTranslation('start');
  const show = (field: string) => {
    if (field === 'seed' || field === 'tags') unfold();
    requestAnimationFrame(() => focusField(field));
  };
  const reason = reasonOf(plan, start, show, t);
  return (
    <Group gap="xs" role="status" data-testid={reason ? 'start-blocked' : undefined}>
      {reason && <Text size="sm">{reason.text}</Text>}
      {reason?.fix}
    </Group>
  );
}
