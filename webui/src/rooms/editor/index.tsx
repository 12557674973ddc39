import { Anchor, Skeleton, Stack } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearch } from 'wouter';
import { splitHash } from '@/shell/location';
import { EmptyState } from '@/widgets/empty-state';
import { ErrorCard } from '@/widgets/error-card';
import { PageTitle } from '@/widgets/page-header';
import { EditorPanes } from './panes';
import { splitAddress } from './location';
import { usePlanEditor } from './state/use-plan-editor';

/** The page of one plan: #/plans/<plan> and all below. */
export default function EditorPage() {
  const { plan, rest, query } = useAddress();
  return <LoadedPlan key={plan} plan={plan} rest={rest} query={query} />;
}

/**
 * The address as it is written. What the router gives has some of its escapes undone: a name
 * with "/", "?" or "%" in it could not be told from what is around it any more.
 */
function useAddress(): ReturnType<typeof splitAddress> {
  useParams();
  useSearch();
  const { path, search } = splitHash(location.hash);
  // The page may be another room's already while this one is shown for the last time.
  const own = useRef({ path, search });
  if (path.startsWith('/plans/')) own.current = { path, search };
  return splitAddress(own.current.path, own.current.search);
}

function LoadedPlan({ plan, rest, query }: { plan: string; rest: string[]; query: URLSearchParams }) {
  const { t } = useTranslation('editor');
  const { editor, state, reload } = usePlanEditor(plan);
  if (state.phase === 'loading') return <Loading />;
  if (state.phase === 'failed') {
    return (
      <Stack>
        <PageTitle>{plan}</PageTitle>
        <ErrorCard error={state.error} title={t('notLoaded', { plan })} retry={reload} />
      </Stack>
    );
  }
  if (state.phase === 'missing') {
    return (
      <>
        <PageTitle>{plan}</PageTitle>
        <EmptyState icon={IconFileText} title={t('missing', { plan })}>
          <Anchor component={Link} href="/plans">{t('toPlans')}</Anchor>
        </EmptyState>
      </>
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
