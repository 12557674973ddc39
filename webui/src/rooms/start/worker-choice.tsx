import { useWorkers } from '@/live';
import { MultiSelect, Radio, Group, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Fault, StartForm, WorkerKind } from './form';

export interface WorkerChoiceProps {
  form: StartForm;
  wrong: readonly Fault[];
  change: (part: Partial<StartForm>) => void;
}

/** Which workers the run takes. */
export function WorkerChoice({ form, wrong, change }: WorkerChoiceProps) {
  const { t } = useTranslation('start');
  const workers = useWorkers()?.workers ?? [];
  const usable = workers.filter((w) => w.state === 'ready' || w.state === 'busy');
  // What was chosen before and has gone is shown, so that it can be taken out.
  const ids = [...new Set([...usable.map((w) => w.id), ...form.ids])];
  const ready = usable.filter((w) => w.state === 'ready' && !w.excluded).length;
  return (
    <Group align="flex-start">
      <Radio.Group label={t('workers')} value={form.workers} onChange={(v) => change({ workers: v as WorkerKind })}>
        <Group mt={4}>
          <Radio value="all" label={t('workersAll', { count: ready })} />
          <Radio value="count" label={t('workersCount')} />
          <Radio value="ids" label={t('workersIds')} />
        </Group>
      </Radio.Group>
      {form.workers === 'count' && (
        <TextInput data-field="count" data-testid="start-count" label={t('field.count')} value={form.count} w={120} inputMode="numeric" error={wrong.includes('count') && form.count !== ''} onChange={(e) => change({ count: e.currentTarget.value })} />
      )}
      {form.workers === 'ids' && <MultiSelect data-field="ids" label={t('field.ids')} miw={260} data={ids} value={form.ids} onChange={(ids) => change({ ids })} />}
    </Group>
  );
}
