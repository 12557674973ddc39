import { Group, NumberInput, Stack, Switch, Tabs, Text } from '@mantine/core';
import { IconPointFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { formatShare } from '@/widgets/format';
import { AddMenu } from '../add/add-menu';
import { useEditor, useField, useMarks } from '../context';
import { shares } from '../outline';
import { HeldInput } from '@/widgets/held-input';
import { ScriptField } from '../step/script-field';
import { TabLabel } from '../step/tab-label';
import { useActionsOfPlan } from '../use-actions';
import { useRename } from './use-rename';
import { Crumbs } from './crumbs';
import { StepList } from './step-list';
import { TransactionSettings } from './transaction-settings';

const TABS = ['steps', 'script', 'settings'] as const;

/** A transaction: its weight, and its steps, script or settings. */
export function TransactionView({ path }: { path: Path }) {
  const { doc, where, go } = useEditor();
  const { t } = useTranslation('editor');
  const scripted = doc.get([...path, 'script']) !== undefined;
  const steps = doc.size([...path, 'steps']);
  const settings = useMarks([[...path, 'think'], [...path, 'pace'], [...path, 'on_failure']]);
  const script = useMarks([[...path, 'script']]);
  const inSteps = useMarks([[...path, 'steps']]);
  const tab = TABS.find((known) => known === where.tab) ?? (scripted && steps === 0 ? 'script' : 'steps');
  return (
    <Stack gap="sm" h="100%">
      <Crumbs path={path} />
      <TransactionHeader path={path} />
      <Tabs value={tab} onChange={(to) => go({ path, tab: to ?? '' }, { replace: true })} keepMounted={false} flex={1}>
        <Tabs.List>
          <Tabs.Tab value="steps"><TabLabel text={t('tab.steps')} count={steps} marks={inSteps} /></Tabs.Tab>
          <Tabs.Tab value="script" rightSection={scripted ? <IconPointFilled size={12} role="img" aria-label={t('hasScript')} /> : undefined}>
            <TabLabel text={t('tab.lua')} marks={script} />
          </Tabs.Tab>
          <Tabs.Tab value="settings"><TabLabel text={t('tab.settings')} marks={settings} /></Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="steps" pt="sm">
          <Stack gap="sm">
            {scripted && steps === 0 && <Text size="sm" c="dimmed">{t('scriptInstead')}</Text>}
            <StepList list={[...path, 'steps']} />
            <Group><AddMenu at={path} stepsOnly /></Group>
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="script" pt="sm"><ScriptField path={[...path, 'script']} place="transaction" /></Tabs.Panel>
        <Tabs.Panel value="settings" pt="sm"><TransactionSettings path={path} /></Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function TransactionHeader({ path }: { path: Path }) {
  const { doc, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const rename = useRename(path);
  const actions = useActionsOfPlan();
  const name = useField([...path, 'name']);
  const weight = useField([...path, 'weight']);
  const enabled = doc.scalar([...path, 'enabled']) !== 'false';
  const share = shares(doc)[Number(path[1])] ?? 0;
  return (
    <Group align="flex-end" gap="sm">
      <HeldInput flex={1} miw="8rem" label={t('name')} value={name.value} readOnly={readOnly} error={name.error} onChange={rename} data-testid="transaction-name" />
      <NumberInput
        w="5.5rem"
        label={t('weight')}
        value={weight.value === '' ? 1 : Number(weight.value)}
        min={0}
        allowDecimal={false}
        allowNegative={false}
        readOnly={readOnly}
        error={weight.error}
        onChange={(value) => weight.set(value === '' ? undefined : Number(value))}
        data-testid="weight"
      />
      <Text mb={8} fw={600} className="numbers" data-testid="share">{share === 0 ? t('off') : t('share', { share: formatShare(share) })}</Text>
      <Switch mb={8} label={t('enabled')} checked={enabled} disabled={readOnly} onChange={(e) => actions.setEnabled(path, e.currentTarget.checked)} />
    </Group>
  );
}
