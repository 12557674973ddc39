import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export default function ScriptsPage() {
  const { t } = useTranslation('scripts');
  return <Title order={1}>{t('title')}</Title>;
}
