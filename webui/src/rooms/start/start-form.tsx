import { useEnvironments, usePlans } from '@/api/queries';
import { ErrorCard, useShortcut } from '@/widgets';
import { Accordion, Anchor, Button, Group, Kbd, Select, SimpleGrid, Stack, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Blocked } from './blocked';
import { DifferencesList } from './differences-list';
import { LoadFields } from './load-fields';
import { Preview } from './preview';
import { PreflightList } from './preflight-list';
import { Thresholds } from './thresholds';
import classes from './start.module.css';
import { useLateFocus } from './use-late-focus';
import { useStart } from './use-start';
import { VariableFields } from './variable-fields';
import { WorkerChoice } from './worker-choice';

export interface StartFormProps {
  plan: string;
  again?: string;
  onPlan: (plan: string) => void;
  onClose: () => void;
}

/** The body of the start dialog. */
export function StartForm({ plan, again, onPlan, onClose }: StartFormProps) {
  const { t } = useTranslation('start');
  const start = useStart(plan, again);
  const { form, wrong, change } = start;
  const plans = usePlans();
  const environments = useEnvironments();
  const [more, setMore] = useState<string | null>(null);
  const base = start.doc?.scalar(['base_url']) ?? '';
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (start.ready) start.start.mutate();
  };
  const box = useLateFocus();
  useShortcut('mod+Enter', () => submit(), { inDialogs: true });
  return (
    <form ref={box} onSubmit={submit}>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <Select data-autofocus={plan === '' || undefined} label={t('plan')} placeholder={t('choosePlan')} data={(plans.data ?? []).map((p) => p.name)} value={plan || null} onChange={(v) => v && onPlan(v)} searchable allowDeselect={false} data-testid="start-plan" />
          <TextInput data-autofocus={plan !== '' || undefined} label={t('field.name')} value={form.name} maxLength={200} onChange={(e) => change({ name: e.currentTarget.value })} data-testid="start-name" />
          <Select
            label={t('environment')} data={(environments.data ?? []).map((e) => e.name)} value={form.environment || null} placeholder={t('none')} clearable
            onChange={(v) => change({ environment: v ?? '' })} data-testid="start-environment"
          />
        </SimpleGrid>
        <LoadFields doc={start.doc} form={form} wrong={wrong} change={change} />
        <Preview doc={start.doc} form={form} />
        <TextInput
          label={t('target')} value={form.baseUrl} placeholder={base} onChange={(e) => change({ baseUrl: e.currentTarget.value })} data-testid="start-base-url"
        />
        <WorkerChoice form={form} wrong={wrong} change={change} />
        <Thresholds doc={start.doc} plan={plan} />
        <Accordion variant="separated" value={more} onChange={setMore}>
          <Accordion.Item value="more">
            <Accordion.Control>{t('more')}</Accordion.Control>
            <Accordion.Panel>
              <Stack>
                <TagsInput data-field="tags" label={t('field.tags')} placeholder="team=payments" value={form.tags} error={wrong.includes('tags') ? t('tagForm') : undefined} onChange={(tags) => change({ tags })} />
                <Textarea label={t('note')} value={form.note} maxLength={10_000} autosize minRows={2} onChange={(e) => change({ note: e.currentTarget.value })} />
                <TextInput data-field="seed" label={t('field.seed')} value={form.seed} inputMode="numeric" error={wrong.includes('seed') ? t('notANumber') : undefined} onChange={(e) => change({ seed: e.currentTarget.value })} />
                <VariableFields doc={start.doc} variables={form.variables} onChange={(variables) => change({ variables })} />
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        <DifferencesList start={start} origin={again ? t('ofRun') : t('ofLastRun')} />
        {plan !== '' && <PreflightList plan={plan} start={start} />}
        {plans.data?.length === 0 && <Text size="sm" data-testid="start-no-plans">{t('noPlans')} <Anchor size="sm" underline="always" href="#/plans">{t('toPlans')}</Anchor></Text>}
        {start.start.error && <ErrorCard error={start.start.error} title={t('notStarted')} />}
        <Group justify="space-between" className={classes.footer}>
          <Button variant="subtle" px="xs" disabled={start.differs.length === 0 && wrong.length === 0} onClick={start.reset}>{t('asInPlan')}</Button>
          <Group ml="auto" justify="flex-end">
            <Blocked plan={plan} start={start} unfold={() => setMore('more')} />
            <Button variant="default" onClick={onClose}>{t('cancel')}</Button>
            <Button type="submit" disabled={!start.ready} loading={start.start.isPending} leftSection={<IconPlayerPlay size={16} aria-hidden />} rightSection={<Kbd>Ctrl ⏎</Kbd>} data-field="start" data-testid="start-submit">
              {t('start')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
