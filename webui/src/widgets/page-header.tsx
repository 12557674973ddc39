import { Group, Text, Title } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import classes from './page-header.module.css';
import { isTyping } from './use-shortcut';

// Somebody has gone from page to page, so that the focus is still where that was asked for.
let moved = false;
addEventListener('hashchange', () => (moved = true));

/** Whether the title may take the focus: not from a dialog, a field of the page, or what was found while it loaded. */
function isFree(): boolean {
  if (document.querySelector('[role="dialog"][aria-modal="true"]')) return false;
  const { activeElement, body } = document;
  if (!moved) return activeElement === null || activeElement === body;
  return !activeElement?.closest('main') || !isTyping(activeElement);
}

export interface PageHeaderProps {
  title: ReactNode;
  /** Beside the title: a badge, a count. */
  beside?: ReactNode;
  description?: ReactNode;
  /** Buttons, at the right. */
  children?: ReactNode;
  /** A page that stays mounted while its subject changes gives the subject: the focus moves to the title again. */
  subject?: string;
}

/** The one h1 of a page. It takes the focus when somebody comes to the page, also by opening its address. */
export function PageHeader({ title, beside, description, children, subject }: PageHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isFree()) heading.current?.focus({ preventScroll: true });
  }, [subject]);
  return (
    <header className={classes.header}>
      <Group justify="space-between" gap="sm">
        <Group gap="sm" className={classes.title}>
          <Title order={1} size="h2" ref={heading} tabIndex={-1} className={classes.heading}>{title}</Title>
          {beside}
        </Group>
        {children && <Group gap="xs">{children}</Group>}
      </Group>
      {description && <Text c="dimmed" size="sm">{description}</Text>}
    </header>
  );
}
