import { Group, NavLink, Stack, Text, TextInput } from '@mantine/core';
import { IconFileCode, IconPackage, IconTestPipe } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { ScriptInfo } from '@/api/types';
import { ToneBadge } from '@/widgets';
import { foldersOf, isTest, routeOf, type Library } from './library';
import classes from './scripts.module.css';
import { useDrafts } from './use-script';

interface Props {
  scripts: readonly ScriptInfo[];
  /** The file that is open. */
  open: string;
}

function LibraryLink({ library, active, dirty }: { library: Library; active: boolean; dirty: boolean }) {
  const { t } = useTranslation('scripts');
  const Mark = library.source === 'shipped' ? IconPackage : isTest(library.file) ? IconTestPipe : IconFileCode;
  return (
    <NavLink
      component={Link} href={routeOf(library.file)} active={active} aria-current={active ? 'page' : undefined} leftSection={<Mark size={16} aria-hidden />}
      label={library.file.split('/').at(-1)} className={classes.link} data-testid={`script-${library.file}`}
      rightSection={
        <Group gap={4} wrap="nowrap">
          {dirty && <span className={classes.dot} role="img" aria-label={t('unsaved')} data-testid="dirty-dot" />}
          {library.problems > 0 && <ToneBadge tone="bad">{t('problems', { count: library.problems })}</ToneBadge>}
        </Group>
      }
    />
  );
}

/** Libraries of the workspace and shipped ones, by folder. */
export function ScriptList({ scripts, open }: Props) {
  const { t } = useTranslation('scripts');
  const [filter, setFilter] = useState('');
  const drafts = useDrafts();
  return (
    <Stack gap="sm" component="nav" aria-label={t('libraries')}>
      <TextInput size="xs" aria-label={t('filter')} placeholder={t('filter')} value={filter} onChange={(e) => setFilter(e.currentTarget.value)} />
      {(['workspace', 'shipped'] as const).map((source) => {
        const folders = foldersOf(scripts, source, filter);
        return (
          <section key={source} aria-label={t(source)}>
            <Text size="xs" fw={700} c="dimmed" component="h2" tt="none">{t(source)}</Text>
            {folders.length === 0 && <Text size="sm" c="dimmed">{filter ? t('noMatch') : t('none')}</Text>}
            {folders.map((folder) => (
              <div key={folder.name}>
                {folder.name && <Text size="sm" fw={600} ff="monospace">{folder.name}/</Text>}
                {folder.libraries.map((library) => (
                  <LibraryLink key={library.file} library={library} active={library.file === open} dirty={drafts[library.file] !== undefined && source === 'workspace'} />
                ))}
              </div>
            ))}
          </section>
        );
      })}
    </Stack>
  );
}
