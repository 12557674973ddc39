import { Text, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LuaApi } from '@/api/types';
import { groupsOf } from './lua/groups';
import classes from './code.module.css';
import { hooksAt, type Place } from './lua/complete';

interface Props {
  api: LuaApi;
  place: Place;
}

/** What scripts can call, to search, beside a script. */
export function DocsPanel({ api, place }: Props) {
  const { t } = useTranslation('code');
  const [filter, setFilter] = useState('');
  const groups = useMemo(() => {
    const tests = place === 'test' ? (api.tests ?? []) : [];
    return groupsOf({ ...api, hooks: hooksAt(api, place), functions: [...tests, ...api.functions] }, filter, { hooks: t('hooks'), functions: t('functions') });
  }, [api, place, filter, t]);
  return (
    <section className={classes.docs} aria-label={t('docs')} data-testid="lua-docs-panel">
      <TextInput size="xs" aria-label={t('searchDocs')} placeholder={t('searchDocs')} value={filter} onChange={(e) => setFilter(e.currentTarget.value)} />
      <div className={classes.groups} tabIndex={0} role="region" aria-label={t('docs')}>
        {groups.length === 0 && <Text size="xs">{t('nothingFound')}</Text>}
        {groups.map((group, i) => (
          <details key={group.name} open={filter !== '' || i < 2}>
            <summary>{group.name}</summary>
            {group.functions.map((f) => (
              <div key={f.name} className={classes.entry}>
                <code>{f.signature || f.name}</code>
                <div>{f.doc}</div>
              </div>
            ))}
          </details>
        ))}
      </div>
    </section>
  );
}
