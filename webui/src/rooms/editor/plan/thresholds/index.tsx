import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { printRule } from '@/plan/thresholds';
import { textsAt } from '@/plan/view';
import { useEditor } from '../../context';
import { NEW_RULE, STANDARD } from './rules';
import { RuleRow } from './rule-row';

type Way = 'standard' | 'none' | 'own';

const AT = ['thresholds'];

/** Rules that a run must keep to pass. */
export function Thresholds() {
  const { t } = useTranslation('sections');
  const { doc, editor, readOnly } = useEditor();
  // The rules there were, for when they are chosen again.
  const kept = useRef<string[]>([]);
  const rules = textsAt(doc, AT);
  const way: Way = rules === undefined ? 'standard' : rules.length === 0 ? 'none' : 'own';
  const choose = (to: Way) => {
    if (rules && rules.length > 0) kept.current = rules;
    const own = kept.current.length > 0 ? kept.current : [STANDARD];
    editor.edit((d) => d.set(AT, { standard: undefined, none: [], own }[to]));
  };
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">{t('rule.about')}</Text>
      <Group>
        <SegmentedControl
          aria-label={t('rule.which')} value={way} disabled={readOnly} onChange={(to) => choose(to as Way)} data-testid="thresholds-way"
          data={(['standard', 'own', 'none'] as const).map((value) => ({ value, label: t(`rule.way.${value}`) }))}
        />
      </Group>
      {way !== 'own' && <Text size="sm">{t(`rule.wayText.${way}`, { rule: STANDARD })}</Text>}
      {rules?.map((_, i) => <RuleRow key={`${i}/${rules.length}`} index={i} />)}
      {way === 'own' && (
        <Group>
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} disabled={readOnly} onClick={() => editor.edit((d) => d.insert(AT, d.size(AT), printRule(NEW_RULE)))} data-testid="add-rule">{t('rule.add')}</Button>
        </Group>
      )}
    </Stack>
  );
}
