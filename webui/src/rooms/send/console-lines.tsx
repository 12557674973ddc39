import { Group, List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Exchange } from '@/api/types';
import { formatTime, ToneBadge, type Tone } from '@/widgets';
import { PlaceButton } from './place-button';
import classes from './send.module.css';

interface Props {
  lines: Exchange['log'];
  onPlace?: (place: string) => void;
}

const TONES: Record<string, Tone> = { error: 'bad', warn: 'warn', metric: 'busy' };

/** What scripts have said. */
export function ConsoleLines({ lines, onPlace }: Props) {
  const { t } = useTranslation('send');
  if (lines.length === 0) return <Text size="sm" c="dimmed">{t('noLines')}</Text>;
  return (
    <List listStyleType="none" size="sm" className={classes.lines} tabIndex={0} aria-label={t('consoleLines')}>
      {lines.map((line, i) => (
        <List.Item key={i}>
          <Group gap="xs" align="baseline">
            <Text span size="xs" c="dimmed" className="numbers">{formatTime(line.at, true)}</Text>
            <ToneBadge tone={TONES[line.level] ?? 'quiet'}>{line.level}</ToneBadge>
            <Text span size="sm" className={classes.value}>{line.message}</Text>
            {line.place && <PlaceButton place={line.place} onPlace={onPlace} />}
          </Group>
        </List.Item>
      ))}
    </List>
  );
}
