import { Anchor, Code, Text } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { segment } from '@/api/client';
import type { PlanDocument } from '@/plan';

/** What must hold for the run to pass. It is of the plan, and changed there. */
export function Thresholds({ doc, plan }: { doc: PlanDocument | undefined; plan: string }) {
  const { t } = useTranslation('start');
  if (!doc) return null;
  const rules = Array.from({ length: doc.size(['thresholds']) }, (_, i) => doc.scalar(['thresholds', i]) ?? '');
  // Without a list there are those that every plan has.
  const none = doc.get(['thresholds']) === undefined ? t('thresholdsUsual') : t('thresholdsNone');
  return (
    <Text size="sm" data-testid="start-thresholds">
      <Text span size="sm" fw={600}>{rules.length > 0 ? t('thresholds', { count: rules.length }) : t('thresholdsTitle')}</Text>
      {rules.length === 0 && none}
      {rules.map((rule, i) => <Fragment key={i}><Code>{rule}</Code> </Fragment>)}{' '}
      <Anchor size="sm" underline="always" href={`#/plans/${segment(plan)}/settings/thresholds`}>{t('open')}</Anchor>
    </Text>
  );
}
