import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { useConnectionValue } from '@/live';
import { formatRate, formatShare } from '@/widgets';
import { pageOf, planOf } from './pages';
import { useActiveRuns } from './run-strip';

/** The title of the browser's tab: the run under way, or else the page. It shows nothing itself, and so is all that a new number in it renders. */
export function Title(): null {
  const { t } = useTranslation('shell');
  const [path] = useLocation();
  const [run] = useActiveRuns();
  const page = pageOf(path);
  const place = planOf(path) ?? (page && t(`nav.${page.name}`));
  // Without news its numbers are not those of now.
  const kind = useConnectionValue(({ state }) => (state === 'live' ? 'run' : 'late'));
  const title = run
    ? t(`title.${kind}`, { rps: formatRate(run.rps), errors: formatShare(run.failing_share), plan: run.plan, number: run.number })
    : place ? t('title.page', { place }) : t('product');
  useEffect(() => {
    document.title = title;
  }, [title]);
  return null;
}
