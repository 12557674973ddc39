import { ActionIcon, Autocomplete, Button, Group, Select, Switch, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseRule, type Rule } from '@/plan/thresholds';
import { useEditor, useField } from '../../context';
import { TimeInput } from '../time-input';
import { METRICS, OPERATORS, ruleText, setRule, targetsOf, unitFor, valueFits, withMetric } from './rules';
import classes from '../sections.module.css';

/** One rule: as fields where they can say it, else as its text. */
export function RuleRow({ index }: { index: number }) {
  const { t } = useTranslation('sections');
  const { editor, readOnly } = useEditor();
  const field = useField(['thresholds', index]);
  // A rule that is half typed is no rule; the fields keep it while its text is theirs.
  const [draft, setDraft] = useState<Rule | undefined>(undefined);
  const [asText, setAsText] = useState(false);
  const rule = draft && ruleText(draft) === field.value ? draft : parseRule(field.value);
  const number = { number: index + 1 };
  const put = (change: Partial<Rule>) => {
    if (!rule) return;
    const next = change.metric === undefined ? { ...rule, ...change } : withMetric(rule, change.metric);
    setDraft(next);
    editor.edit((d) => setRule(d, index, next), `thresholds/${index}/${Object.keys(change).join()}`);
  };
  return (
    <fieldset className={classes.card} aria-label={t('rule.label', number)} data-testid={`rule-${index}`}>
      {rule && !asText ? <RuleFields rule={rule} put={put} /> : (
        <TextInput size="xs" ff="monospace" label={t('rule.text', number)} value={field.value} readOnly={readOnly} spellCheck={false} onChange={(e) => editor.edit((d) => d.set(['thresholds', index], e.currentTarget.value), `thresholds/${index}/text`)} />
      )}
      <Group justify="space-between" gap="sm" align="flex-end">
        {rule && !asText ? <Options rule={rule} put={put} /> : <span />}
        <Group gap="xs">
          <Button size="compact-xs" variant="subtle" color="gray" aria-pressed={asText} disabled={!rule} onClick={() => setAsText(!asText)}>{t(asText || !rule ? 'rule.asForm' : 'rule.asText')}</Button>
          <ActionIcon variant="subtle" color="gray" disabled={readOnly} aria-label={t('rule.remove', number)} onClick={() => editor.edit((d) => d.set(['thresholds', index], undefined))}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
      {field.error && <Text size="sm" c="var(--lh-bad)" role="status">{field.error}</Text>}
    </fieldset>
  );
}

interface PartProps {
  rule: Rule;
  put: (change: Partial<Rule>) => void;
}

function RuleFields({ rule, put }: PartProps) {
  const { t } = useTranslation('sections');
  const { doc, readOnly } = useEditor();
  const targets = targetsOf(doc);
  const unit = unitFor(rule);
  return (
    <div className={classes.rule}>
      <Autocomplete size="xs" label={t('rule.metric')} data={[...METRICS]} value={rule.metric} readOnly={readOnly} onChange={(metric) => metric !== rule.metric && put({ metric: metric.replace(/\s/g, '') })} />
      <Autocomplete size="xs" label={t('rule.target')} placeholder={t('rule.whole')} data={targets} value={rule.target} readOnly={readOnly} onChange={(target) => target !== rule.target && put({ target })} />
      <Select
        size="xs" label={t('rule.operator')} data={OPERATORS.map((value) => ({ value, label: { '<': '<', '<=': '≤', '>': '>', '>=': '≥' }[value] }))} value={rule.operator} allowDeselect={false}
        readOnly={readOnly} withCheckIcon={false} onChange={(to) => put({ operator: OPERATORS.find((o) => o === to) ?? '<' })}
      />
      <TextInput
        size="xs" label={t('rule.value')} value={rule.value} readOnly={readOnly} placeholder={t(`rule.unit.${unit}`)} error={rule.value !== '' && !valueFits(rule) ? t(`rule.wrong.${unit}`) : undefined}
        onChange={(e) => put({ value: e.currentTarget.value.replace(/\s/g, '') })}
      />
    </div>
  );
}

function Options({ rule, put }: PartProps) {
  const { t } = useTranslation('sections');
  const { readOnly } = useEditor();
  return (
    <Group gap="sm" align="flex-end">
      <TimeInput w="8rem" size="xs" label={t('rule.over')} placeholder={t('rule.wholeRun')} value={rule.over} onChange={(over) => put({ over: over.trim() })} />
      <TimeInput w="8rem" size="xs" label={t('rule.after')} placeholder="0s" value={rule.after} onChange={(after) => put({ after: after.trim() })} />
      {unitFor(rule) === 'duration' && <Switch mb={4} size="xs" label={t('rule.scheduled')} checked={rule.scheduled} disabled={readOnly} onChange={(e) => put({ scheduled: e.currentTarget.checked })} />}
      <Switch mb={4} size="xs" label={t('rule.abort')} checked={rule.abort} disabled={readOnly} onChange={(e) => put({ abort: e.currentTarget.checked })} />
    </Group>
  );
}
