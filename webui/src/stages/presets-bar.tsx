import { Button, Group, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StageRow } from '@/plan/load';
import { PRESETS, presetStages } from './presets';

/** Makes stages of a kind that people know, up to a level that they choose. */
export function PresetsBar({ top, readOnly, onChoose }: { top: number; readOnly: boolean; onChoose: (stages: StageRow[]) => void }) {
  const { t } = useTranslation('stages');
  const [level, setLevel] = useState<number | undefined>();
  return (
    <Group gap={6} align="flex-end" role="group" aria-label={t('presets')}>
      <NumberInput size="xs" w="7rem" label={t('top')} value={level ?? top} min={1} disabled={readOnly} onChange={(v) => setLevel(Number(v) || undefined)} data-testid="preset-top" />
      {PRESETS.map((p) => (
        <Button key={p} size="xs" variant="default" disabled={readOnly} onClick={() => onChoose(presetStages(p, level ?? top))} data-testid={`preset-${p}`}>{t(`preset.${p}`)}</Button>
      ))}
    </Group>
  );
}
