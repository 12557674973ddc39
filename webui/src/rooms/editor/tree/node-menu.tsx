import { ActionIcon, Kbd, Menu } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCopy, IconDots, IconPencil, IconPower, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isItem, isRemovable, namePath } from '../actions';
import { useEditor } from '../context';
import type { OutlineNode } from '../outline';
import { useActionsOfPlan } from '../use-actions';

export interface NodeMenuProps {
  node: OutlineNode;
  label: string;
  onRename?: () => void;
}

/** What can be done with a line of the outline. */
export function NodeMenu({ node, label, onRename }: NodeMenuProps) {
  const { doc, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const actions = useActionsOfPlan();
  const { path } = node;
  const item = isItem(path);
  const removable = isRemovable(node);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="default" size="md" aria-label={t('actionsOf', { name: label })}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{label}</Menu.Label>
        {onRename && (
          <Menu.Item leftSection={<IconPencil size={14} aria-hidden />} rightSection={<Kbd size="xs">F2</Kbd>} disabled={readOnly || node.id === '' || !namePath(doc, path)} onClick={onRename}>
            {t('rename')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconCopy size={14} aria-hidden />} disabled={readOnly || !item} onClick={() => actions.duplicate(path)}>
          {t('duplicate')}
        </Menu.Item>
        <Menu.Item leftSection={<IconPower size={14} aria-hidden />} disabled={readOnly || !item} onClick={() => actions.setEnabled(path, !node.enabled)}>
          {node.enabled ? t('disable') : t('enable')}
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowUp size={14} aria-hidden />} rightSection={<Kbd size="xs">Alt ↑</Kbd>} disabled={readOnly || !item} onClick={() => actions.move(path, -1)}>
          {t('moveUp')}
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowDown size={14} aria-hidden />} rightSection={<Kbd size="xs">Alt ↓</Kbd>} disabled={readOnly || !item} onClick={() => actions.move(path, 1)}>
          {t('moveDown')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconTrash size={14} aria-hidden />} rightSection={<Kbd size="xs">Del</Kbd>} disabled={readOnly || !removable} onClick={() => actions.remove(path, label)}>
          {t('delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
