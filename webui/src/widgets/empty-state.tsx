import { Group, Stack, Text, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export interface EmptyStateProps {
  icon: Icon;
  title: string;
  text?: string;
  /** Buttons: what can be done now. */
  children?: ReactNode;
  testId?: string;
}

/** There is nothing yet, and what to do about it. */
export function EmptyState({ icon: Mark, title, text, children, testId }: EmptyStateProps) {
  return (
    <Stack align="center" gap="sm" py="xl" px="md" data-testid={testId}>
      <Mark size={48} stroke={1.2} color="var(--mantine-color-dimmed)" aria-hidden />
      <Title order={2} size="h4" ta="center">{title}</Title>
      {text && <Text c="dimmed" ta="center" maw={520}>{text}</Text>}
      {children && <Group justify="center" gap="sm">{children}</Group>}
    </Stack>
  );
}
