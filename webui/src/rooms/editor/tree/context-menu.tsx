import { Menu } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useRef, useState, type KeyboardEvent, type MouseEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { placeForStep, type Edit } from '../actions';
import { AddItems, CurlStep } from '../add/add-menu';
import { useEditor } from '../context';
import type { OutlineNode } from '../outline';
import { LineItems, type LineEdits } from './line-items';

export interface ContextMenuProps {
  /** The line that it is about. */
  node: OutlineNode;
  label: string;
  edits: LineEdits;
  make: (edit: Edit) => void;
  /** What is pressed, with a ref. */
  children: ReactElement;
}

/** Asks for the menu of a line as the right button does: at a place of it, for who presses keys. */
export function askForMenu(line: HTMLElement): void {
  const { left, bottom } = line.getBoundingClientRect();
  line.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: left + 24, clientY: bottom }));
}

/** The menu at the pointer with what can be done with a line of the outline. */
export function ContextMenu({ node, label, edits, make, children }: ContextMenuProps) {
  const { doc } = useEditor();
  const { t } = useTranslation('editor');
  const [pasting, setPasting] = useState<OutlineNode>();
  const place = placeForStep(doc, (pasting ?? node).path);
  return (
    <>
      <Menu
        position="bottom-start" offset={2} withinPortal returnFocus={false} withInitialFocusPlaceholder={false}
        // Not by keys: the one that opens it is pressed outside of it.
        clickOutsideEvents={['mousedown', 'touchstart']}
      >
        <Menu.ContextMenu>{children}</Menu.ContextMenu>
        <Menu.Dropdown
          // Its name is not that of a button; and where the Menu key is pressed the browser would show its own menu over this one.
          aria-label={t('actionsOf', { name: label })} aria-labelledby={undefined} onContextMenu={(event: MouseEvent) => event.preventDefault()} data-testid="line-menu"
        >
          <LineItems node={node} label={label} edits={edits} above={<Add place={place} make={make} onPaste={() => setPasting(node)} />} />
        </Menu.Dropdown>
      </Menu>
      <CurlStep place={place} opened={pasting !== undefined} onClose={() => setPasting(undefined)} make={make} />
    </>
  );
}

function Add(props: Parameters<typeof AddItems>[0]) {
  const { readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const [opened, setOpened] = useState(false);
  const item = useRef<HTMLButtonElement>(null);
  const onChange = (to: boolean) => {
    setOpened(to);
    // Who was in it is back at what opened it; the widget does not find that.
    if (!to && document.activeElement?.closest('[role="menu"]') !== item.current?.closest('[role="menu"]')) item.current?.focus();
  };
  // The widget opens it by → and the pointer only.
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    event.currentTarget.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
  };
  return (
    <Menu.Sub opened={opened} onChange={onChange}>
      <Menu.Sub.Target>
        <Menu.Sub.Item ref={item} leftSection={<IconPlus size={14} aria-hidden />} disabled={readOnly} onClick={() => setOpened(true)} onKeyDown={onKeyDown}>{t('add')}</Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown>
        <AddItems {...props} />
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  );
}
