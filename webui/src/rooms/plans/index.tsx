import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export default function PlansPage() {
  const { t } = useTranslation('plans');
  return <Title order={1}>{t('title')}</Title>;
}
