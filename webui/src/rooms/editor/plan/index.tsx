import { Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import type { Section } from '../sections';
import type { PlanEditor } from '../state/plan-editor';
import { ScriptField } from '../step/script-field';
import { AllFields } from './all-fields';
import { Blocks } from './blocks';
import { Data } from './data';
import { Defaults } from './defaults';
import { Environments } from './environments';
import { General } from './general';
import { Load } from './load';
import { Run } from './run';
import { fieldsOfSection } from './sections-of-fields';
import { Thresholds } from './thresholds';
import { Variables } from './variables';

export { AllFields } from './all-fields';

export interface PlanSectionProps {
  section: Section;
  editor: PlanEditor;
}

const BODIES: Record<Section, () => ReactNode> = {
  general: General,
  defaults: Defaults,
  variables: Variables,
  data: Data,
  load: Load,
  thresholds: Thresholds,
  environments: Environments,
  run: Run,
  script: () => <ScriptField path={['script']} place="plan" />,
  blocks: Blocks,
};

/** What belongs to the plan and not to a step of it. */
export function PlanSection({ section, editor }: PlanSectionProps) {
  const { t } = useTranslation('editor');
  const Body = BODIES[section];
  return (
    <Stack gap="md">
      <Title order={2} size="h4">{t(`section.${section}`)}</Title>
      <Body />
      {section !== 'environments' && <AllFields key={section} editor={editor} path={[]} only={fieldsOfSection(section)} />}
    </Stack>
  );
}
