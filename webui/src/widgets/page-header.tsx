import { Group, Text, Title, type TitleProps } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import classes from './page-header.module.css';
import { isTyping } from './use-shortcut';

// Somebody has gone from page to page, and no title has taken the focus since: it is still
// where that was asked for.
let moved = false;
const pathOf = (url: string) => new URL(url, location.href).hash.split('?')[0];
addEventListener('hashchange', (event) => {
  if (pathOf(event.oldURL) !== pathOf(event.newURL)) moved = true;
});

/** Whether the title may take the focus: not from a dialog, a field of the page, or what was found while it loaded. */
function isFree(): boolean {
  if (document.querySelector('[role="dialog"][aria-modal="true"]')) return false;
  const { activeElement, body } = document;
  if (!moved) return activeElement === null || activeElement === body;
  return !activeElement?.closest('main') || !isTyping(activeElement);
}

export interface PageTitleProps {
  children: ReactNode;
  size?: TitleProps['size'];
  /** A page that stays mounted while its subject changes gives the subject: the focus moves to the title again. */
  subject?: string;
}

/** The one h1 of a page. It takes the focus when somebody comes to the page, also by opening its address. */
export function PageTitle({ children, size = 'h2', subject }: PageTitleProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFree()) return;
    moved = false;
    heading.current?.focus({ preventScroll: true });
  }, [subject]);
  return <Title order={1} size={size} ref={heading} tabIndex={-1} className={classes.heading}>{children}</Title>;
}

export interface PageHeaderProps {
  title: ReactNode;
  /** Beside the title: a badge, a count. */
  beside?: ReactNode;
  description?: ReactNode;
  /** Buttons, at the right. */
  children?: ReactNode;
  subject?: PageTitleProps['subject'];
}

/** The title of a page, and what stands beside it. */
export function PageHeader({ title, beside, description, children, subject }: PageHeaderProps) {
  return (
    <header className={classes.header}>
      <Group justify="space-between" gap="sm">
        <Group gap="sm" className={classes.title}>
          <PageTitle subject={subject}>{title}</PageTitle>
          {beside}
        </Group>
        {children && <Group gap="xs">{children}</Group>}
      </Group>
      {description && <Text c="dimmed" size="sm">{description}</Text>}
    </header>
  );
}
