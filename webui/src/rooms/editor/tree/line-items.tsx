import { Kbd, Menu } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCopy, IconPencil, IconPower, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keyNames } from '@/widgets/use-shortcut';
import { isItem, isRemovable, namePath } from '../actions';
import { useEditor } from '../context';
import type { OutlineNode } from '../outline';

/** What can be done with a line of the outline. */
export interface LineEdits {
  rename(node: OutlineNode): void;
  duplicate(node: OutlineNode): void;
  setEnabled(node: OutlineNode, on: boolean): void;
  move(node: OutlineNode, by: number): void;
  remove(node: OutlineNode): void;
}

/** A line whose name can be typed in the outline. */
export function isNamed(doc: Parameters<typeof namePath>[0], node: OutlineNode): boolean {
  return node.id !== '' && namePath(doc, node.path) !== undefined;
}

/** The edits of a line as items of a menu, with the keys that do the same. above: items between its name and these. */
export function LineItems({ node, label, edits, above }: { node: OutlineNode; label: string; edits: LineEdits; above?: ReactNode }) {
  const { doc, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const item = !readOnly && isItem(node.path);
  return (
    <>
      <Menu.Label>{label}</Menu.Label>
      {above}
      <Menu.Item leftSection={<IconPencil size={14} aria-hidden />} rightSection={<Keys keys="F2" />} aria-keyshortcuts="F2" disabled={readOnly || !isNamed(doc, node)} onClick={() => edits.rename(node)}>
        {t('rename')}
      </Menu.Item>
      <Menu.Item leftSection={<IconCopy size={14} aria-hidden />} disabled={!item} onClick={() => edits.duplicate(node)}>
        {t('duplicate')}
      </Menu.Item>
      <Menu.Item leftSection={<IconPower size={14} aria-hidden />} disabled={!item} onClick={() => edits.setEnabled(node, !node.enabled)}>
        {node.enabled ? t('disable') : t('enable')}
      </Menu.Item>
      <Menu.Item leftSection={<IconArrowUp size={14} aria-hidden />} rightSection={<Keys keys="alt+ArrowUp" />} aria-keyshortcuts="Alt+ArrowUp" disabled={!item} onClick={() => edits.move(node, -1)}>
        {t('moveUp')}
      </Menu.Item>
      <Menu.Item leftSection={<IconArrowDown size={14} aria-hidden />} rightSection={<Keys keys="alt+ArrowDown" />} aria-keyshortcuts="Alt+ArrowDown" disabled={!item} onClick={() => edits.move(node, 1)}>
        {t('moveDown')}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item leftSection={<IconTrash size={14} aria-hidden />} rightSection={<Keys keys="Del" />} aria-keyshortcuts="Delete" disabled={readOnly || !isRemovable(node)} onClick={() => edits.remove(node)}>
        {t('delete')}
      </Menu.Item>
    </>
  );
}

/** They are said by aria-keyshortcuts. */
function Keys({ keys }: { keys: string }) {
  return <Kbd size="xs" aria-hidden>{keyNames(keys).flat().join(' ')}</Kbd>;
}
