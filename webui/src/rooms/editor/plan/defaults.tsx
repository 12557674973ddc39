import { Divider, Select, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { pairsAt, setPairs } from '@/plan/pairs';
import { authAt, networkAt, setAuth, setTimeout, type Auth, type AuthKind } from '@/plan/request';
import { useEditor, useField } from '../context';
import { message } from '../state/problems';
import { DurationField } from '../step/duration-field';
import { HEADER_NAMES, headerValues } from '../step/header-names';
import { PairTable } from '../step/pair-table';
import { TemplateInput } from '../step/template-input';
import { SwitchField, useEdit, WordField } from './fields';
import { TimeInput } from './time-input';
import classes from './sections.module.css';

const AT = ['defaults'];
const AUTH: readonly AuthKind[] = ['inherit', 'basic', 'bearer'];

/** What holds for every request that says nothing else. */
export function Defaults() {
  const { t } = useTranslation('sections');
  const { doc } = useEditor();
  const headers = [...AT, 'headers'];
  const edit = useEdit(headers);
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">{t('defaults.text')}</Text>
      <Stack gap={4}>
        <Text size="sm" fw={500}>{t('defaults.headers')}</Text>
        <PairTable kind="headers" label={t('defaults.headers')} pairs={pairsAt(doc, headers)} at={headers} names={HEADER_NAMES} values={headerValues} onChange={(rows) => edit((d) => setPairs(d, headers, rows))} />
      </Stack>
      <Stack maw="40rem" gap="sm">
        <DefaultAuth />
        <DurationField path={[...AT, 'think']} label={t('defaults.think')} description={t('defaults.thinkText')} range empty={t('byDefault', { value: '0 s' })} />
        <Divider label={t('defaults.network')} labelPosition="left" />
        <Timeouts />
        <WordField path={[...AT, 'follow_redirects']} label={t('defaults.redirects')} description={t('defaults.redirectsText')} placeholder={t('byDefault', { value: '10' })} numeric />
        <WordField path={[...AT, 'max_response_body']} label={t('defaults.maxBody')} description={t('defaults.maxBodyText')} placeholder={t('byDefault', { value: '8MiB' })} />
        <Proxy />
        <Divider label="TLS" labelPosition="left" />
        <Tls />
      </Stack>
    </Stack>
  );
}

function DefaultAuth() {
  const { t } = useTranslation('editor');
  const { doc, state, readOnly } = useEditor();
  const edit = useEdit([...AT, 'auth']);
  const auth = authAt(doc, AT);
  const put = (change: Partial<Auth>) => edit((d) => setAuth(d, AT, { ...auth, ...change }));
  return (
    <>
      <Select
        label={t('auth.kind')}
        data={AUTH.map((value) => ({ value, label: t(`auth.${value === 'inherit' ? 'none' : value}`) }))}
        value={auth.kind === 'none' ? 'inherit' : auth.kind}
        allowDeselect={false}
        readOnly={readOnly}
        error={message(state.problems, [...AT, 'auth'])}
        onChange={(kind) => kind && kind !== auth.kind && put({ kind: kind as AuthKind })}
      />
      {auth.kind === 'basic' && (
        <div className={classes.columns}>
          <TemplateInput label={t('auth.user')} value={auth.user} onChange={(user) => put({ user })} />
          <TemplateInput label={t('auth.password')} value={auth.password} placeholder="{{secret.PASSWORD}}" onChange={(password) => put({ password })} />
        </div>
      )}
      {auth.kind === 'bearer' && <TemplateInput label={t('auth.token')} value={auth.token} placeholder="{{secret.TOKEN}}" onChange={(token) => put({ token })} />}
      {auth.kind !== 'inherit' && auth.kind !== 'none' && <Text size="xs" c="dimmed">{t('auth.secretText', { placeholder: '{{secret.NAME}}' })}</Text>}
    </>
  );
}

function Timeouts() {
  const { t } = useTranslation('sections');
  const { doc, state } = useEditor();
  const edit = useEdit([...AT, 'timeout']);
  const { timeout } = networkAt(doc, AT);
  const parts = [
    ['total', timeout.total, t('byDefault', { value: '10 s' })],
    ['connect', timeout.connect, t('none')],
    ['firstByte', timeout.firstByte, t('none')],
  ] as const;
  return parts.map(([part, value, empty]) => (
    <TimeInput
      key={part}
      label={t(`timeout.${part}`)}
      description={t(`timeout.${part}Text`)}
      empty={empty}
      value={value}
      error={part === 'total' ? message(state.problems, [...AT, 'timeout']) : undefined}
      onChange={(text) => edit((d) => setTimeout(d, AT, { ...timeout, [part]: text }))}
    />
  ));
}

function Proxy() {
  const { t } = useTranslation('sections');
  const proxy = useField([...AT, 'proxy']);
  return <TemplateInput label={t('defaults.proxy')} description={t('defaults.proxyText')} placeholder="http://proxy:3128" value={proxy.value} error={proxy.error} onChange={proxy.set} />;
}

function Tls() {
  const { t } = useTranslation('sections');
  return (
    <>
      <SwitchField path={[...AT, 'tls', 'insecure']} label={t('tls.insecure')} description={t('tls.insecureText')} />
      <div className={classes.columns}>
        {(['ca', 'cert', 'key', 'server_name'] as const).map((key) => <TlsText key={key} name={key} />)}
      </div>
    </>
  );
}

function TlsText({ name }: { name: 'ca' | 'cert' | 'key' | 'server_name' }) {
  const { t } = useTranslation('sections');
  const field = useField([...AT, 'tls', name]);
  return <TextInput label={t(`tls.${name}`)} description={t(`tls.${name}Text`)} value={field.value} error={field.error} readOnly={field.readOnly} spellCheck={false} onChange={(e) => field.set(e.currentTarget.value)} />;
}
