import { Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '@/api/client';
import { ErrorCard } from '@/widgets';
import classes from './shell.module.css';

/** Asks for the token of a master that has one. */
export function LoginPage() {
  const { t } = useTranslation('shell');
  const [token, setToken] = useState('');
  const client = useQueryClient();
  const login = useMutation({
    mutationFn: () => call('/login', { body: { token: token.trim() } }),
    onSuccess: () => client.resetQueries(),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate();
  };
  return (
    <main className={classes.login}>
      <Paper withBorder p="xl" w="100%" maw={420} component="form" onSubmit={submit}>
        <Stack>
          <Title order={1} size="h3">{t('login.title')}</Title>
          <Text size="sm" c="dimmed">{t('login.text')}</Text>
          <PasswordInput label={t('login.token')} value={token} onChange={(e) => setToken(e.currentTarget.value)} autoFocus autoComplete="current-password" required visibilityToggleButtonProps={{ 'aria-label': t('login.show') }} data-testid="login-token" />
          {login.isError && <ErrorCard error={login.error} title={t('login.failed')} />}
          <Button type="submit" loading={login.isPending} disabled={token.trim() === ''} data-testid="login-submit">{t('login.submit')}</Button>
        </Stack>
      </Paper>
    </main>
  );
}
