import { Alert, Button, Group, Skeleton, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { useSession } from '@/api/queries';
import { startLive, useConnectionValue } from '@/live';
import { StartDialog } from '@/rooms/start';
import { Announcer } from './announcer';
import { Header } from './header';
import { LoginPage } from './login';
import { Nav } from './nav';
import { Palette } from './palette';
import { RouteBoundary } from './route-boundary';
import { RunStrips } from './run-strip';
import classes from './shell.module.css';
import { ShortcutSheet } from './shortcut-sheet';
import { useShellKeys } from './use-shell-keys';
import { Title } from './title';

function NewBuild() {
  const { t } = useTranslation('shell');
  if (!useConnectionValue(({ newBuild }) => newBuild)) return null;
  return (
    <Alert variant="outline" color="blue" radius={0} role="status" data-testid="new-build">
      <Group gap="sm">
        <Text size="sm">{t('newBuild.text')}</Text>
        <Button size="compact-sm" onClick={() => location.reload()}>{t('newBuild.reload')}</Button>
      </Group>
    </Alert>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  const [menu, setMenu] = useState(false);
  const [sheet, setSheet] = useState(false);
  const client = useQueryClient();
  useEffect(() => startLive(client), [client]);
  useShellKeys(() => setSheet(true));
  return (
    <div className={classes.shell}>
      <Header menu={menu} onMenu={() => setMenu(!menu)} onHelp={() => setSheet(true)} />
      <div className={classes.body}>
        <Nav open={menu} onChoose={() => setMenu(false)} />
        <div className={classes.content}>
          <NewBuild />
          <RunStrips />
          <main id="content" className={classes.main} tabIndex={-1}>
            <RouteBoundary route={path}>{children}</RouteBoundary>
          </main>
        </div>
      </div>
      <Title />
      <Announcer />
      <Palette />
      <ShortcutSheet opened={sheet} onClose={() => setSheet(false)} />
      <StartDialog />
    </div>
  );
}

/** What is around every page: header, navigation, runs under way; or the login. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation('shell');
  const session = useSession();
  if (session.isPending) return <Skeleton height="100dvh" radius={0} role="status" aria-label={t('loading')} />;
  if (session.data?.auth && !session.data.logged_in) return <LoginPage />;
  return <Frame>{children}</Frame>;
}
