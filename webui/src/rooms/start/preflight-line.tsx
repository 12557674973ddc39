import { Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type Level = 'good' | 'warn' | 'bad';
const ICONS: Record<Level, Icon> = { good: IconCircleCheck, warn: IconAlertTriangle, bad: IconCircleX };

/** One thing that the pre-flight check says. */
export function Line({ level, id, children }: { level: Level; id: string; children: ReactNode }) {
  const Mark = ICONS[level];
  const { t } = useTranslation('start');
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start" data-testid={`preflight-${id}`} data-level={level}>
      <Mark size={18} color={`var(--lh-${level})`} role="img" aria-label={t(`severity.${level}`)} style={{ flex: 'none', marginTop: 2 }} />
      <Text size="sm" component="div">{children}</Text>
    </Group>
  );
}
