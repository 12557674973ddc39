import { Text, UnstyledButton } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { useTranslation } from 'react-i18next';
import { useConnectionValue } from '@/live';
import { PAGES, pageOf } from './pages';
import classes from './shell.module.css';
import { useLogout } from './use-logout';

/** Where a master has a token: the way back to its question for it. */
function Logout() {
  const { t } = useTranslation('shell');
  const session = useLogout();
  if (!session) return null;
  return (
    <>
      <UnstyledButton className={classes.link} title={t('logout.label')} disabled={session.busy} onClick={session.logout} data-testid="logout">
        <IconLogout size={20} stroke={1.6} aria-hidden />
        <span className={classes.linkText}>{t('logout.label')}</span>
      </UnstyledButton>
      {session.error && <Text size="xs" c="var(--lh-bad)" role="alert">{t('logout.failed')}</Text>}
    </>
  );
}

/** The places of the page, at its left. */
export function Nav({ open, onChoose }: { open: boolean; onChoose: () => void }) {
  const { t } = useTranslation('shell');
  const [path] = useLocation();
  const version = useConnectionValue((connection) => connection.version);
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
        <Logout />
        {version && <div className={classes.version}>{version}</div>}
      </div>
    </nav>
  );
}
