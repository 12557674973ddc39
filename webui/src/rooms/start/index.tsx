import { goTo, splitHash } from '@/shell/location';
import { Modal, Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';

// The forms know plans, which most pages do without.
const StartForm = lazy(async () => ({ default: (await import('./start-form')).StartForm }));
const EditLoadForm = lazy(async () => ({ default: (await import('./edit-load-form')).EditLoadForm }));

/** The dialogs that start a test and change its load, on any route with ?start=<plan> or ?edit=<run>. Rendered once, by the shell. */
export function StartDialog() {
  const { t } = useTranslation('start');
  const [params] = useSearchParams();
  const plan = params.get('start');
  const run = params.get('edit');
  const close = () => query({ start: null, again: null, edit: null });
  return (
    <>
      <Modal opened={plan !== null} onClose={close} title={t('title')} size="xl" closeButtonProps={{ 'aria-label': t('cancel') }} data-testid="start-dialog">
        <Suspense fallback={<Skeleton height={480} />}>
          {plan !== null && <StartForm key={plan} plan={plan} again={params.get('again') ?? undefined} onPlan={openStart} onClose={close} />}
        </Suspense>
      </Modal>
      <Modal opened={run !== null} onClose={close} title={t('editTitle')} size="lg" closeButtonProps={{ 'aria-label': t('cancel') }} data-testid="edit-dialog">
        <Suspense fallback={<Skeleton height={320} />}>{run !== null && <EditLoadForm run={run} onClose={close} />}</Suspense>
      </Modal>
    </>
  );
}

/** Changes the query of the route that is shown. */
function query(change: Record<string, string | null>): void {
  const { path, search } = splitHash(location.hash);
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    if (value === null) params.delete(name);
    else params.set(name, value);
  }
  const text = params.toString();
  goTo(path + (text && `?${text}`), { replace: true });
}

/** Opens the dialog for a plan, from anywhere; with the values of an earlier run for "run again". */
export function openStart(plan: string, again?: string): void {
  query({ start: plan, again: again ?? null, edit: null });
}

/** Opens the dialog that changes the load of a run under way, by its id. */
export function openEditLoad(run: string): void {
  query({ edit: run, start: null, again: null });
}
