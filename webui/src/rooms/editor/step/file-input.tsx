import { useTranslation } from 'react-i18next';
import { useFiles } from '@/api/queries';
import type { Path } from '@/plan';
import { useField } from '../context';
import { TemplateInput } from './template-input';

/** Paths of the files that the workspace has. */
export function useFilePaths(): string[] {
  const { data } = useFiles();
  return (data ?? []).map((file) => file.path);
}

/** The path of a file of the workspace; it may have placeholders. */
export function FileInput({ path, label }: { path: Path; label: string }) {
  const { t } = useTranslation('editor');
  const files = useFilePaths();
  const field = useField(path);
  return <TemplateInput label={label} description={t('body.pathText')} placeholder="data/files/letter.pdf" value={field.value} error={field.error} suggestions={files} onChange={field.set} />;
}
