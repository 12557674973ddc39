import { Divider, Select, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Literal, type Path } from '@/plan';
import { networkAt, setTimeout } from '@/plan/request';
import { useEditor, useField } from '../context';
import { AllFields } from '../plan/all-fields';
import { VariableTable } from '../plan/variables';
import { message } from '../state/problems';
import { DurationField } from './duration-field';
import { OnFailureField } from './on-failure-field';
import { RangeEcho } from './range-echo';
import { TemplateInput } from './template-input';

/** What of a step is neither sent nor checked: variables set before it, times, failures, the network. */
export function StepSettings({ path }: { path: Path }) {
  const { editor } = useEditor();
  const { t } = useTranslation('editor');
  return (
    <Stack gap="md">
      <Stack gap={4}>
        <Text size="sm" fw={500}>{t('settings.set')}</Text>
        <VariableTable path={[...path, 'set']} label={t('settings.set')} text={t('settings.setText')} />
      </Stack>
      <Stack maw="34rem">
        <DurationField path={[...path, 'think']} label={t('settings.stepThink')} description={t('settings.stepThinkText')} range />
        <OnFailureField path={[...path, 'on_failure']} />
        <Divider label={t('settings.network')} labelPosition="left" />
        <NetworkFields at={[...path, 'request']} />
      </Stack>
      <AllFields editor={editor} path={path} />
    </Stack>
  );
}

/** Settings of a request, or by default of all. at: the request, or defaults. */
function NetworkFields({ at }: { at: Path }) {
  const { doc, editor, state, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const { timeout, tls } = networkAt(doc, at);
  const redirects = useField([...at, 'follow_redirects']);
  const size = useField([...at, 'max_response_body']);
  const proxy = useField([...at, 'proxy']);
  const times = [
    ['total', timeout.total],
    ['connect', timeout.connect],
    ['firstByte', timeout.firstByte],
  ] as const;
  return (
    <>
      {times.map(([part, value]) => (
        <TextInput
          key={part}
          label={t(`settings.timeout.${part}`)}
          placeholder="10s"
          value={value}
          readOnly={readOnly}
          error={part === 'total' ? message(state.problems, [...at, 'timeout']) : undefined}
          rightSection={<RangeEcho text={value} empty={t('settings.inherited')} />}
          rightSectionWidth="11rem"
          onChange={(e) => {
            const typed = e.currentTarget.value.trim();
            editor.edit((d) => setTimeout(d, at, { ...timeout, [part]: typed }), `${at.join('/')}/timeout/${part}`);
          }}
        />
      ))}
      <TextInput
        label={t('settings.redirects')} description={t('settings.redirectsText')} inputMode="numeric" placeholder={t('settings.inherited')}
        value={redirects.value} error={redirects.error} readOnly={readOnly}
        onChange={(e) => {
          const typed = e.currentTarget.value.replace(/\D/g, '');
          redirects.set(typed === '' ? '' : new Literal(String(Number(typed))));
        }}
      />
      <TextInput label={t('settings.maxBody')} placeholder="8MiB" value={size.value} error={size.error} readOnly={readOnly} onChange={(e) => size.set(e.currentTarget.value)} />
      <TemplateInput label={t('settings.proxy')} placeholder="http://proxy:3128" value={proxy.value} error={proxy.error} onChange={proxy.set} />
      <Select
        label={t('settings.verify')} readOnly={readOnly} clearable clearButtonProps={{ 'aria-label': t('clear') }} placeholder={t('settings.inherited')}
        data={[{ value: 'false', label: t('settings.verifyYes') }, { value: 'true', label: t('settings.verifyNo') }]}
        value={tls.insecure === undefined ? null : String(tls.insecure)}
        error={message(state.problems, [...at, 'tls'])}
        onChange={(value) => editor.edit((d) => d.set([...at, 'tls', 'insecure'], value === null ? undefined : value === 'true'))}
      />
    </>
  );
}
