import { Stack, Tabs, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Attempt } from '@/api/types';
import { CopyButton, formatBytes, formatMs } from '@/widgets';
import { BodyView } from './body-view';
import { CookieTable } from './cookie-table';
import { cookiesOf } from './cookies';
import { curlOf, isMasked } from './curl';
import { Failure } from './failure';
import { HeaderTable } from './header-table';
import type { NodeActions } from './json-tree-view';
import { TimingChart } from './timing-chart';
import classes from './send.module.css';

interface Props extends NodeActions {
  attempt: Attempt;
}

function headerOf(headers: readonly { name: string; value: string }[], name: string): string {
  return headers.find((h) => h.name.toLowerCase() === name)?.value ?? '';
}

function RequestPanel({ request }: { request: Attempt['request'] }) {
  const { t } = useTranslation('send');
  return (
    <Stack gap="xs">
      <Text size="sm" className={classes.value}>{request.method} {request.url}</Text>
      <CopyButton text={() => curlOf(request)} label={t('copyCurl')} shown testId="copy-curl" />
      {isMasked(request) && <Text size="xs" c="dimmed">{t('masked')}</Text>}
      <HeaderTable headers={request.headers} />
      {request.body_size > 0 && (
        <BodyView
          body={request.body} base64={request.body_base64} size={request.body_size} type={headerOf(request.headers, 'content-type')}
          name="request" cut={request.body === undefined && request.body_base64 === undefined}
        />
      )}
    </Stack>
  );
}

export function AttemptView({ attempt, onAddExtract, onAddCheck }: Props) {
  const { t } = useTranslation('send');
  const { request, response } = attempt;
  const cookies = cookiesOf(response?.headers ?? []);
  return (
    <Stack gap={6}>
      {attempt.message && <Failure kind={attempt.class ?? 'decode'} message={attempt.message} harmless={!attempt.class} />}
      {!attempt.sent && <Text size="sm" c="dimmed">{t('unsent')}</Text>}
      <Text size="xs" c="dimmed" className="numbers">
        {[response && `${response.status}`, formatMs(attempt.timing.total), response && formatBytes(response.body_size)].filter(Boolean).join(' · ')}
      </Text>
      <Tabs defaultValue={response ? 'body' : 'request'} keepMounted={false}>
        <Tabs.List>
          {response && <Tabs.Tab value="body" className={classes.tab}>{t('body')}</Tabs.Tab>}
          {response && <Tabs.Tab value="headers" className={classes.tab}>{t('headers', { n: response.headers.length })}</Tabs.Tab>}
          {cookies.length > 0 && <Tabs.Tab value="cookies" className={classes.tab}>{t('cookies', { n: cookies.length })}</Tabs.Tab>}
          <Tabs.Tab value="timing" className={classes.tab}>{t('timing')}</Tabs.Tab>
          <Tabs.Tab value="request" className={classes.tab}>{t('request')}</Tabs.Tab>
        </Tabs.List>
        {response && (
          <Tabs.Panel value="body" pt="xs">
            <BodyView
              body={response.body} base64={response.body_base64} size={response.body_size} cut={response.truncated ?? false}
              type={headerOf(response.headers, 'content-type')} name={request.url} onAddExtract={onAddExtract} onAddCheck={onAddCheck}
            />
          </Tabs.Panel>
        )}
        {response && <Tabs.Panel value="headers" pt="xs"><HeaderTable headers={response.headers} /></Tabs.Panel>}
        {cookies.length > 0 && <Tabs.Panel value="cookies" pt="xs"><CookieTable cookies={cookies} /></Tabs.Panel>}
        <Tabs.Panel value="timing" pt="xs"><TimingChart attempt={attempt} /></Tabs.Panel>
        <Tabs.Panel value="request" pt="xs"><RequestPanel request={request} /></Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
