import { Alert, Stack, Tabs, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Attempt } from '@/api/types';
import { CopyButton, formatBytes, formatMs } from '@/widgets';
import { BodyView } from './body-view';
import { curlOf } from './curl';
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
  return (
    <Stack gap={6}>
      {attempt.message && (
        <Alert variant="outline" color="red" p="xs" title={attempt.class}>
          <Text size="sm" className={classes.value}>{attempt.message}</Text>
          {!attempt.sent && attempt.unsent && <Text size="sm">{t('unsent', { reason: attempt.unsent })}</Text>}
        </Alert>
      )}
      <Text size="xs" c="dimmed" className="numbers">
        {[response && `${response.status}`, formatMs(attempt.timing.total), response && formatBytes(response.body_size)].filter(Boolean).join(' · ')}
      </Text>
      <Tabs defaultValue={response ? 'body' : 'request'} keepMounted={false}>
        <Tabs.List>
          {response && <Tabs.Tab value="body" className={classes.tab}>{t('body')}</Tabs.Tab>}
          {response && <Tabs.Tab value="headers" className={classes.tab}>{t('headers', { n: response.headers.length })}</Tabs.Tab>}
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
        <Tabs.Panel value="timing" pt="xs"><TimingChart attempt={attempt} /></Tabs.Panel>
        <Tabs.Panel value="request" pt="xs"><RequestPanel request={request} /></Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
