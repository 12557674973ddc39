import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Router, Switch, useLocation } from 'wouter';
import { ApiError } from './api/client';
import { pages } from './pages';
import { Shell } from './shell';
import { useHashRoute } from './shell/location';
import { colorScheme, cssVariables, themeWith } from './theme';

const WelcomePage = lazy(pages['']);
const PlansPage = lazy(pages.plans);
const EditorPage = lazy(pages.editor);
const ScriptsPage = lazy(pages.scripts);
const WorkersPage = lazy(pages.workers);
const RunsPage = lazy(pages.runs);
const RunPage = lazy(pages.run);
const SettingsPage = lazy(pages.settings);
const HelpPage = lazy(pages.help);

const unanswered = (error: unknown) => error instanceof ApiError && (error.code === 'network' || error.status >= 502);

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // The session has ended: the shell asks for the token again.
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401) void queries.invalidateQueries({ queryKey: ['session'] });
    },
  }),
  defaultOptions: { queries: { retry: (failures, error) => failures < 1 && unanswered(error), staleTime: 5_000, refetchOnWindowFocus: false, networkMode: 'always' }, mutations: { networkMode: 'always' } },
});

/** The page of the route. A page that is left goes at once, also while the code of the next one loads. */
function Rooms() {
  const [path] = useLocation();
  const [, room = ''] = path.split('/');
  return (
    <Suspense key={room} fallback={null}>
      <Switch>
        <Route path="/plans" component={PlansPage} />
        <Route path="/plans/:plan/*?" component={EditorPage} />
        <Route path="/scripts/*?" component={ScriptsPage} />
        <Route path="/workers" component={WorkersPage} />
        <Route path="/runs" component={RunsPage} />
        <Route path="/runs/:run" component={RunPage} />
        <Route path="/settings" component={SettingsPage} />
        <Route path="/help" component={HelpPage} />
        <Route component={WelcomePage} />
      </Switch>
    </Suspense>
  );
}

export function App() {
  const { t } = useTranslation('shell');
  const close = t('close');
  const theme = useMemo(() => themeWith({ close }), [close]);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} colorSchemeManager={colorScheme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <ModalsProvider>
          <Notifications position="bottom-right" />
          <Router hook={useHashRoute}>
            <Shell>
              <Rooms />
            </Shell>
          </Router>
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
