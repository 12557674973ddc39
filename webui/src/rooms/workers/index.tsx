import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export default function WorkersPage() {
  const { t } = useTranslation('workers');
  return <Title order={1}>{t('title')}</Title>;
}
