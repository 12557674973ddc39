import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export default function WelcomePage() {
  const { t } = useTranslation('welcome');
  return <Title order={1}>{t('title')}</Title>;
}
