import { Select, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { authAt, setAuth, type Auth, type AuthKind } from '@/plan/request';
import { useEditor } from '../context';
import { message } from '../state/problems';
import { TemplateInput } from './template-input';

const KINDS: readonly AuthKind[] = ['inherit', 'none', 'basic', 'bearer'];

/** How a request, or by default every request, says who it is. at: the request, or defaults. */
export function AuthTab({ at }: { at: Path }) {
  const { doc, editor, state, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const auth = authAt(doc, at);
  const put = (change: Partial<Auth>) => editor.edit((d) => setAuth(d, at, { ...auth, ...change }), `${at.join('/')}/auth`);
  return (
    <Stack gap="sm" maw="32rem">
      <Select
        label={t('auth.kind')}
        data={KINDS.map((value) => ({ value, label: t(`auth.${value}`) }))}
        value={auth.kind}
        allowDeselect={false}
        readOnly={readOnly}
        error={message(state.problems, [...at, 'auth'])}
        onChange={(kind) => kind && put({ kind: kind as AuthKind })}
      />
      {auth.kind === 'basic' && (
        <>
          <TemplateInput label={t('auth.user')} value={auth.user} onChange={(user) => put({ user })} />
          <TemplateInput label={t('auth.password')} description={t('auth.secretText', { placeholder: '{{secret.NAME}}' })} value={auth.password} onChange={(password) => put({ password })} />
        </>
      )}
      {auth.kind === 'bearer' && <TemplateInput label={t('auth.token')} description={t('auth.secretText', { placeholder: '{{secret.NAME}}' })} value={auth.token} placeholder="{{token}}" onChange={(token) => put({ token })} />}
      {auth.kind === 'inherit' && <Text size="sm" c="dimmed">{t('auth.inheritText')}</Text>}
    </Stack>
  );
}
