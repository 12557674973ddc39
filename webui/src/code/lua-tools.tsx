import { Button, Group, Menu } from '@mantine/core';
import { IconBook, IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LuaApi } from '@/api/types';
import classes from './code.module.css';
import { hooksAt, hookTemplate, type Place } from './lua/complete';
import type { Piece } from './lua/insert';
import { SNIPPETS } from './lua/snippets';

interface Props {
  api: LuaApi;
  place: Place;
  docs: boolean;
  onDocs: (open: boolean) => void;
  /** Without it nothing can be inserted. */
  onInsert?: (piece: Piece) => void;
}

/** What stands above a script: pieces to insert, and what scripts can call. */
export function LuaTools({ api, place, docs, onDocs, onInsert }: Props) {
  const { t } = useTranslation('code');
  const hooks = hooksAt(api, place);
  return (
    <Group gap="xs" className={classes.tools}>
      {onInsert && (
        <Menu position="bottom-end" withinPortal returnFocus={false}>
          <Menu.Target>
            <Button size="compact-xs" mih={24} variant="default" rightSection={<IconChevronDown size={12} aria-hidden />} data-testid="lua-insert">{t('insert')}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {hooks.length > 0 && <Menu.Label>{t('hooks')}</Menu.Label>}
            {hooks.map((hook) => (
              <Menu.Item key={hook.name} ff="monospace" title={hook.doc} onClick={() => onInsert({ template: hookTemplate(hook), own: true })}>{hook.signature}</Menu.Item>
            ))}
            <Menu.Label>{t('pieces')}</Menu.Label>
            {SNIPPETS.filter((s) => !hooks.some((hook) => hook.name === s.key)).map((s) => (
              <Menu.Item key={s.key} onClick={() => onInsert({ template: s.template, own: false })}>{t(`snippets.${s.key}`)}</Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <Button size="compact-xs" mih={24} variant={docs ? 'light' : 'default'} leftSection={<IconBook size={14} aria-hidden />} aria-pressed={docs} onClick={() => onDocs(!docs)} data-testid="lua-docs">{t('docs')}</Button>
    </Group>
  );
}
