import { segment } from '@/api/client';
import { openStart } from '@/rooms/start';
import { EmptyState, ErrorCard, PageHeader, undoToast } from '@/widgets';
import { Button, Group, Menu, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconFileText, IconPlus, IconSearch, IconUpload } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import sample from '../../../../examples/shop.yaml?raw';
import { ImportDialog } from './import-dialog';
import { NameDialog } from './name-dialog';
import { freeName, newPlan } from './plan-files';
import { PlansTable } from './plans-table';
import { type PlanColumn, type PlanLine, usePlanActions, usePlanLines } from './use-plans';

const FromCurl = lazy(() => import('./from-curl'));

type Dialog = { kind: 'new' } | { kind: 'import' } | { kind: 'curl' } | { kind: 'rename'; plan: PlanLine };

/** The plans of the workspace, and how new ones come. */
export default function PlansPage() {
  const { t } = useTranslation('plans');
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState<{ column: PlanColumn; down: boolean }>({ column: 'name', down: false });
  const [dialog, setDialog] = useState<Dialog>();
  const [, navigate] = useLocation();
  const { plans, lines } = usePlanLines(filter, sort.column, sort.down);
  const taken = (plans.data ?? []).map((p) => p.name);
  const act = usePlanActions(taken);
  const close = () => setDialog(undefined);
  const create = (name: string, text: string) => act.store.mutate({ name, text }, { onSuccess: () => navigate(`/plans/${segment(name)}`) });
  const remove = (plan: PlanLine) =>
    act.remove.mutate(plan, {
      onSuccess: (was) => undoToast(t('deleted', { plan: plan.name }), t('undo'), t('close'), () => act.store.mutate({ name: was.name, text: was.text })),
    });
  const failed = act.duplicate.error ?? act.remove.error ?? act.export.error;
  const none = plans.data?.length === 0;
  const buttons = (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<IconUpload size={16} aria-hidden />} rightSection={<IconChevronDown size={14} aria-hidden />} data-testid="plan-import">{t('import')}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setDialog({ kind: 'import' })} data-testid="plan-import-files">{t('importFiles')}</Menu.Item>
          <Menu.Item onClick={() => setDialog({ kind: 'curl' })} data-testid="plan-import-curl">{t('importCurl')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDialog({ kind: 'new' })} data-testid="plan-new">{t('new')}</Button>
    </>
  );
  return (
    <Stack>
      <PageHeader title={t('title')}>{buttons}</PageHeader>
      {failed && <ErrorCard error={failed} />}
      {plans.error && <ErrorCard error={plans.error} retry={() => void plans.refetch()} />}
      {plans.isPending && <Skeleton height={200} />}
      {none && (
        <EmptyState icon={IconFileText} title={t('none')} text={t('noneText')} testId="no-plans">
          {buttons}
          <Button variant="default" onClick={() => create(freeName('shop', taken), sample)} data-testid="plan-sample">{t('sample')}</Button>
        </EmptyState>
      )}
      {plans.data && !none && (
        <>
          <Group>
            <TextInput
              data-page-filter value={filter} onChange={(e) => setFilter(e.currentTarget.value)} w={320} data-testid="plans-filter"
              placeholder={t('filter')} aria-label={t('filter')} leftSection={<IconSearch size={16} aria-hidden />}
            />
            <Text size="sm" c="dimmed" role="status">{t('shown', { count: lines.length })}</Text>
          </Group>
          <PlansTable
            lines={lines} {...sort} onSort={(column) => setSort((s) => ({ column, down: s.column === column && !s.down }))}
            onStart={(p) => openStart(p.name)} onDuplicate={act.duplicate.mutate} onExport={act.export.mutate}
            onRename={(plan) => setDialog({ kind: 'rename', plan })} onDelete={remove}
          />
        </>
      )}
      {dialog?.kind === 'new' && (
        <NameDialog
          title={t('new')} confirm={t('create')} initial={freeName(t('newName'), taken)} taken={taken} error={act.store.error} busy={act.store.isPending}
          onClose={close} onName={(name) => create(name, newPlan(name))}
        />
      )}
      {dialog?.kind === 'curl' && <Suspense fallback={null}><FromCurl taken={taken} onClose={close} onPlan={create} /></Suspense>}
      {dialog?.kind === 'rename' && (
        <NameDialog
          title={t('rename')} confirm={t('rename')} initial={dialog.plan.name} taken={taken} error={act.rename.error} busy={act.rename.isPending}
          onClose={close} onName={(to) => act.rename.mutate({ plan: dialog.plan, to }, { onSuccess: close })}
        />
      )}
      {dialog?.kind === 'import' && (
        <ImportDialog
          plans={plans.data ?? []} onClose={close}
          onDone={(names) => {
            close();
            void plans.refetch();
            if (names.length === 1 && names[0]) navigate(`/plans/${segment(names[0])}`);
          }}
        />
      )}
    </Stack>
  );
}
