import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export default function EditorPage() {
  const { t } = useTranslation('editor');
  return <Title order={1}>{t('title')}</Title>;
}
