import { Divider, Select, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { networkAt, setTimeout } from '@/plan/request';
import { useEditor, useField } from '../context';
import { AllFields } from '../plan/all-fields';
import { WordField } from '../plan/fields';
import { TimeInput } from '../plan/time-input';
import { VariableTable } from '../plan/variables';
import { message } from '../state/problems';
import { DurationField } from './duration-field';
import { OnFailureField } from './on-failure-field';
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

/** Settings of a request. */
function NetworkFields({ at }: { at: Path }) {
  const { doc, editor, state, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const { timeout, tls } = networkAt(doc, at);
  const proxy = useField([...at, 'proxy']);
  const times = [
    ['total', timeout.total],
    ['connect', timeout.connect],
    ['firstByte', timeout.firstByte],
  ] as const;
  return (
    <>
      {times.map(([part, value]) => (
        <TimeInput
          key={part}
          label={t(`settings.timeout.${part}`)}
          placeholder="10s"
          empty={t('settings.inherited')}
          value={value}
          error={part === 'total' ? message(state.problems, [...at, 'timeout']) : undefined}
          onChange={(typed) => editor.edit((d) => setTimeout(d, at, { ...timeout, [part]: typed }), `${at.join('/')}/timeout/${part}`)}
        />
      ))}
      <WordField path={[...at, 'follow_redirects']} label={t('settings.redirects')} description={t('settings.redirectsText')} placeholder={t('settings.inherited')} numeric />
      <WordField path={[...at, 'max_response_body']} label={t('settings.maxBody')} placeholder="8MiB" />
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
