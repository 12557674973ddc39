import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export default function RunPage() {
  const { t } = useTranslation('run');
  return <Title order={1}>{t('title')}</Title>;
}
