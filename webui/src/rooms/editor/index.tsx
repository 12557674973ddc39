import { Anchor, Skeleton, Stack } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearch } from 'wouter';
import { EmptyState } from '@/widgets/empty-state';
import { ErrorCard } from '@/widgets/error-card';
import { EditorPanes } from './panes';
import { splitAddress } from './location';
import { usePlanEditor } from './state/use-plan-editor';

/** The page of one plan: #/plans/<plan> and all below. */
export default function EditorPage() {
  // What the route matched, not where the page is now: that may be another room's already.
  const { plan: name = '', '*': below = '' } = useParams<{ plan?: string; '*'?: string }>();
  const search = useSearch();
  const { plan, rest, query } = splitAddress(`/plans/${name}${below && `/${below}`}`, search);
  return <LoadedPlan key={plan} plan={plan} rest={rest} query={query} />;
}

function LoadedPlan({ plan, rest, query }: { plan: string; rest: string[]; query: URLSearchParams }) {
  const { t } = useTranslation('editor');
  const { editor, state, reload } = usePlanEditor(plan);
  if (state.phase === 'loading') return <Loading />;
  if (state.phase === 'failed') return <ErrorCard error={state.error} title={t('notLoaded', { plan })} retry={reload} />;
  if (state.phase === 'missing') {
    return (
      <EmptyState icon={IconFileText} title={t('missing', { plan })}>
        <Anchor component={Link} href="/plans">{t('toPlans')}</Anchor>
      </EmptyState>
    );
  }
  return <EditorPanes plan={plan} editor={editor} state={state} rest={rest} query={query} />;
}

function Loading() {
  return (
    <Stack aria-busy="true">
      <Skeleton h="2.5rem" />
      <Skeleton h="60vh" />
    </Stack>
  );
}
