import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconFileOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** The script is not there any more; its text still is, here. */
export function DeletedBanner({ onRestore }: { onRestore: () => void }) {
  const { t } = useTranslation('scripts');
  return (
    <Alert variant="outline" color="yellow" role="alert" icon={<IconFileOff aria-hidden />} data-testid="script-deleted">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t('deletedElsewhere')}</Text>
        <Button size="xs" variant="default" onClick={onRestore}>{t('saveAgain')}</Button>
      </Stack>
    </Alert>
  );
}
