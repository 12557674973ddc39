import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Given } from './choices';
import classes from './send.module.css';
import type { Missing } from './use-send';

interface Props {
  missing: Missing;
  onGive: (values: Given) => void;
}

/** Asks for what the plan needs and the master has not got; it stays in this page's memory. */
export function MissingValues({ missing, onGive }: Props) {
  const { t } = useTranslation('send');
  const [values, setValues] = useState<Given>({ env: {}, secrets: {} });
  const set = (kind: keyof Given, name: string, value: string) => setValues((had) => ({ ...had, [kind]: { ...had[kind], [name]: value } }));
  const complete = missing.secrets.every((name) => values.secrets[name]) && missing.env.every((name) => values.env[name] !== undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) onGive(values);
  };
  return (
    <Alert variant="outline" color="yellow" classNames={{ title: classes.warn }} role="alert" title={t('missing')} data-testid="send-missing">
      <Stack component="form" gap="xs" onSubmit={submit}>
        <Text size="sm">{t('missingText')}</Text>
        {missing.env.map((name) => (
          <TextInput key={name} size="xs" label={name} description={t('envVariable')} onChange={(e) => set('env', name, e.currentTarget.value)} />
        ))}
        {missing.secrets.map((name) => (
          <PasswordInput
            key={name} size="xs" label={name} description={t('secret')} autoComplete="off" visibilityToggleButtonProps={{ 'aria-label': t('showSecret') }}
            onChange={(e) => set('secrets', name, e.currentTarget.value)}
          />
        ))}
        <Button type="submit" size="xs" disabled={!complete}>{t('giveAndSend')}</Button>
      </Stack>
    </Alert>
  );
}
