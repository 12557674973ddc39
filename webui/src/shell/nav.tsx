import { Link, useLocation } from 'wouter';
import { useTranslation } from 'react-i18next';
import { useConnection } from '@/live';
import { PAGES, pageOf } from './pages';
import classes from './shell.module.css';

/** The places of the page, at its left. */
export function Nav({ open, onChoose }: { open: boolean; onChoose: () => void }) {
  const { t } = useTranslation('shell');
  const [path] = useLocation();
  const { version } = useConnection();
  const here = pageOf(path);
  return (
    <nav id="navigation" className={classes.nav} aria-label={t('nav.label')} data-open={open || undefined}>
      <div className={classes.links}>
        {PAGES.map((page) => (
          <Link key={page.name} href={page.path} className={classes.link} title={t(`nav.${page.name}`)} aria-current={page === here ? 'page' : undefined} onClick={onChoose} data-testid={`nav-${page.name}`}>
            <page.icon size={20} stroke={1.6} aria-hidden />
            <span className={classes.linkText}>{t(`nav.${page.name}`)}</span>
          </Link>
        ))}
        {version && <div className={classes.version}>{version}</div>}
      </div>
    </nav>
  );
}
