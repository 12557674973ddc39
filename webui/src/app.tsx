import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Route, Router, Switch } from 'wouter';
import { Shell } from './shell';
import { useHashRoute } from './shell/location';
import { colorScheme, cssVariables, theme } from './theme';

const WelcomePage = lazy(() => import('./rooms/welcome'));
const PlansPage = lazy(() => import('./rooms/plans'));
const EditorPage = lazy(() => import('./rooms/editor'));
const ScriptsPage = lazy(() => import('./rooms/scripts'));
const WorkersPage = lazy(() => import('./rooms/workers'));
const RunsPage = lazy(() => import('./rooms/runs'));
const RunPage = lazy(() => import('./rooms/run'));
const SettingsPage = lazy(() => import('./rooms/settings'));
const HelpPage = lazy(() => import('./rooms/help'));

const queries = new QueryClient({
  defaultOptions: { queries: { retry: 1, staleTime: 5_000, refetchOnWindowFocus: false } },
});

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} colorSchemeManager={colorScheme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <ModalsProvider>
          <Notifications position="bottom-right" />
          <Router hook={useHashRoute}>
            <Shell>
              <Suspense fallback={null}>
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
            </Shell>
          </Router>
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
