import { Stack, Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { setPairs } from '@/plan/pairs';
import { queryOf } from '@/plan/query';
import { useEditor, useMarks } from '../context';
import { StepHeader } from '../flow/step-header';
import { AuthTab } from './auth-tab';
import { BodyTab } from './body-tab';
import { ChecksTab } from './checks-tab';
import { ExtractTab } from './extract-tab';
import { HEADER_NAMES, headerValues } from './header-names';
import { PairTable } from './pair-table';
import { RequestBar } from './request-bar';
import { ScriptField } from './script-field';
import { StepSettings } from './step-settings';
import { TabLabel } from './tab-label';
import { rowsOf, withRows } from './url-query';
import { useRequest } from './use-request';
import classes from './step.module.css';

const TABS = ['params', 'headers', 'body', 'auth', 'extract', 'checks', 'script', 'settings'] as const;
type TabName = (typeof TABS)[number];

/** Keys of a step, and of its request, that each tab shows. */
const KEYS: Record<TabName, string[]> = {
  params: ['request/query'],
  headers: ['request/headers'],
  body: ['request/json', 'request/form', 'request/multipart', 'request/text', 'request/file', 'request/type'],
  auth: ['request/auth'],
  extract: ['extract'],
  checks: ['check'],
  script: ['script'],
  settings: ['set', 'think', 'on_failure', 'request/timeout', 'request/follow_redirects', 'request/max_response_body', 'request/proxy', 'request/tls'],
};

/** The form of a step that sends a request. */
export function RequestStep({ path }: { path: Path }) {
  const { doc, where, go } = useEditor();
  const { t } = useTranslation('editor');
  const { request } = useRequest(path);
  const tab = TABS.find((known) => known === where.tab) ?? 'params';
  const counts: Partial<Record<TabName, number>> = {
    params: rowsOf(request).filter((p) => p.enabled).length,
    headers: request.headers.filter((p) => p.enabled).length,
    extract: doc.size([...path, 'extract']),
    checks: doc.size([...path, 'check']),
  };
  const filled: Partial<Record<TabName, boolean>> = {
    body: request.body.kind !== 'none',
    auth: request.auth.kind !== 'inherit',
    script: doc.get([...path, 'script']) !== undefined,
    settings: KEYS.settings.some((k) => doc.get([...path, ...k.split('/')]) !== undefined),
  };
  return (
    <Stack gap="sm">
      <StepHeader path={path} title={t('kind.request')} />
      <RequestBar path={path} />
      <Tabs value={tab} onChange={(to) => go({ path, tab: to ?? '' }, { replace: true })} keepMounted={false}>
        <Tabs.List>
          {TABS.map((name) => (
            <StepTab key={name} path={path} name={name} count={counts[name]} filled={filled[name]} />
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} pt="sm">
          <Panel name={tab} path={path} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function StepTab({ path, name, count, filled }: { path: Path; name: TabName; count?: number; filled?: boolean }) {
  const { t } = useTranslation('editor');
  const marks = useMarks(KEYS[name].map((key) => [...path, ...key.split('/')]));
  return (
    <Tabs.Tab value={name} px={5} className={classes.tab} data-testid={`tab-${name}`}>
      <TabLabel text={t(`tab.${name}`)} count={count} filled={filled} marks={marks} />
    </Tabs.Tab>
  );
}

function Panel({ name, path }: { name: TabName; path: Path }) {
  switch (name) {
    case 'params':
      return <Params path={path} />;
    case 'headers':
      return <Headers path={path} />;
    case 'body':
      return <BodyTab path={path} />;
    case 'auth':
      return <AuthTab at={[...path, 'request']} />;
    case 'extract':
      return <ExtractTab step={path} />;
    case 'checks':
      return <ChecksTab step={path} />;
    case 'script':
      return <ScriptField path={[...path, 'script']} place="step" />;
    case 'settings':
      return <StepSettings path={path} />;
  }
}

function Params({ path }: { path: Path }) {
  const { t } = useTranslation('editor');
  const { request, put } = useRequest(path);
  return (
    <PairTable
      kind="params"
      label={t('tab.params')}
      pairs={rowsOf(request)}
      at={queryOf(request.url).length === 0 ? [...path, 'request', 'query'] : undefined}
      onChange={(rows) => {
        const { url, query } = withRows(request, rows);
        put(url === request.url ? { query: [...query] } : { url, query: [...query] }, 'params');
      }}
    />
  );
}

function Headers({ path }: { path: Path }) {
  const { t } = useTranslation('editor');
  const { request, edit } = useRequest(path);
  return (
    <PairTable
      kind="headers"
      label={t('tab.headers')}
      pairs={request.headers}
      at={[...path, 'request', 'headers']}
      names={HEADER_NAMES}
      values={headerValues}
      canDrop
      onChange={(rows) => edit((d, at) => setPairs(d, [...at, 'headers'], rows), 'headers')}
    />
  );
}
