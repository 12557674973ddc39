import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { OutlineNode } from '../outline';
import { LineItems, type LineEdits } from './line-items';

/** A button with what can be done with a line of the outline. The edits say where the focus is then. */
export function NodeMenu({ node, label, edits }: { node: OutlineNode; label: string; edits: LineEdits }) {
  const { t } = useTranslation('editor');
  return (
    <Menu position="bottom-end" withinPortal returnFocus={false}>
      <Menu.Target>
        <ActionIcon variant="default" size="md" aria-label={t('actionsOf', { name: label })} data-testid="line-actions">
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <LineItems node={node} label={label} edits={edits} />
      </Menu.Dropdown>
    </Menu>
  );
}
