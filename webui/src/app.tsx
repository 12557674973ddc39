import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Router, Switch } from 'wouter';
import { ApiError } from './api/client';
import { Room } from './room';
import { Shell } from './shell';
import { useHashRoute } from './shell/location';
import { colorScheme, cssVariables, themeWith } from './theme';

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

/** The page of the route. */
function Rooms() {
  return (
    <Switch>
      <Route path="/plans"><Room key="plans" name="plans" /></Route>
      <Route path="/plans/:plan/*?"><Room key="editor" name="editor" /></Route>
      <Route path="/scripts/*?"><Room key="scripts" name="scripts" /></Route>
      <Route path="/workers"><Room key="workers" name="workers" /></Route>
      <Route path="/runs"><Room key="runs" name="runs" /></Route>
      <Route path="/runs/:run"><Room key="run" name="run" /></Route>
      <Route path="/settings"><Room key="settings" name="settings" /></Route>
      <Route path="/help"><Room key="help" name="help" /></Route>
      <Route><Room key="" name="" /></Route>
    </Switch>
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
