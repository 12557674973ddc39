import { Box, Button, Skeleton } from '@mantine/core';
import { IconFileCode, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'wouter';
import { ApiError } from '@/api/client';
import { queries } from '@/api/queries';
import { EmptyState, ErrorCard, PageHeader } from '@/widgets';
import { guardUnload } from './drafts';
import { fileOf, testOf } from './library';
import { NameDialog } from './name-dialog';
import { ScriptEditor } from './script-editor';
import { ScriptList } from './script-list';
import classes from './scripts.module.css';
import { useScriptActions } from './use-script-actions';

function OpenScript({ file, tested }: { file: string; tested: boolean }) {
  const { t } = useTranslation('scripts');
  const script = useQuery(queries.script(file));
  if (script.data) return <ScriptEditor key={file} file={file} stored={script.data} tested={tested} deleted={script.error instanceof ApiError && script.error.status === 404} />;
  if (script.error) return <ErrorCard error={script.error} title={t('notLoaded', { file })} retry={() => void script.refetch()} />;
  return <Skeleton h={400} />;
}

export default function ScriptsPage() {
  const { t } = useTranslation('scripts');
  const { '*': path = '' } = useParams<{ '*'?: string }>();
  const file = decodeURIComponent(path);
  const scripts = useQuery(queries.scripts());
  const [naming, setNaming] = useState(false);
  const { create } = useScriptActions();
  useEffect(guardUnload, []);
  const add = (
    <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setNaming(true)} data-testid="script-new">{t('new')}</Button>
  );
  const tested = (scripts.data ?? []).some((script) => script.source === 'workspace' && fileOf(script.path) === testOf(file));
  return (
    <>
      <PageHeader title={t('title')} description={t('description')}>{add}</PageHeader>
      {scripts.error && <ErrorCard error={scripts.error} title={t('listNotLoaded')} retry={() => void scripts.refetch()} />}
      {scripts.isPending && <Skeleton h={300} />}
      {scripts.data && (
        <Box className={classes.page}>
          <ScriptList scripts={scripts.data} open={file} />
          {file ? <OpenScript file={file} tested={tested} /> : <EmptyState icon={IconFileCode} title={t('choose')} text={t('chooseText')} />}
        </Box>
      )}
      {naming && <NameDialog title={t('newTitle')} submit={t('create')} name="" onClose={() => setNaming(false)} onName={(name) => create(name)} />}
    </>
  );
}
