import { queries } from '@/api/queries';
import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconDatabaseX, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import classes from './workers.module.css';

/** Says when the registry of workers cannot be reached, and what that means. */
export function RegistryBanner() {
  const { t } = useTranslation('workers');
  const { data, isFetching, refetch } = useQuery(queries.registry());
  return (
    <div role="status" className={classes.banner}>
      {data && !data.ok && (
        <Alert color="red" variant="outline" icon={<IconDatabaseX aria-hidden />} title={t('noRegistry')} data-testid="registry-away">
          <Stack gap="xs" align="flex-start">
            <Text size="sm">{t('noRegistryText')}</Text>
            {data.error && <Text size="sm" c="dimmed">{data.error}</Text>}
            <Button size="xs" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} loading={isFetching} onClick={() => void refetch()}>{t('retry')}</Button>
          </Stack>
        </Alert>
      )}
    </div>
  );
}
