import { Button, Group, Menu, Select, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { checksAt, checkSubjects, expressionSubjects, operatorsFor, setCheck, type CheckRow, type CheckSubject, type Test } from '@/plan/rows';
import { useEditor } from '../context';
import { message } from '../state/problems';
import { RowActions } from './extract-tab';
import { TemplateInput } from './template-input';
import { TestsFields } from './tests-fields';
import type { TriedCheck } from './try';
import { CheckOutcome, TriedOn } from './tried';
import { useCheckTrial } from './use-try';
import classes from './step.module.css';

const HINTS: Partial<Record<CheckSubject, string>> = { json: '$.ok', xpath: '//h1', css: '.title', header: 'Content-Type', cookie: 'session', var: 'token', regex: 'sid=\\w+' };
const VALUE_HINTS: Partial<Record<CheckSubject, string>> = { latency: '500ms', size: '1024' };

const FIRST: Record<CheckSubject, { expression: string; tests: Test[] }> = {
  status: { expression: '', tests: [{ operator: 'in', value: '200', count: false }] },
  size: { expression: '', tests: [{ operator: 'gt', value: '0', count: false }] },
  body: { expression: '', tests: [{ operator: 'contains', value: '', count: false }] },
  latency: { expression: '', tests: [{ operator: 'lt', value: '500ms', count: false }] },
  json: { expression: '$.', tests: [{ operator: 'exists', value: 'true', count: false }] },
  xpath: { expression: '//h1', tests: [{ operator: 'exists', value: 'true', count: false }] },
  css: { expression: 'h1', tests: [{ operator: 'exists', value: 'true', count: false }] },
  header: { expression: 'Content-Type', tests: [{ operator: 'contains', value: 'json', count: false }] },
  cookie: { expression: 'session', tests: [{ operator: 'exists', value: 'true', count: false }] },
  var: { expression: 'name', tests: [{ operator: 'exists', value: 'true', count: false }] },
  regex: { expression: 'ok', tests: [] },
};

/** What must hold of the response. */
export function ChecksTab({ step }: { step: Path }) {
  const { doc, editor, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const rows = checksAt(doc, step);
  const trial = useCheckTrial(step);
  const add = (subject: CheckSubject) => editor.edit((d) => setCheck(d, step, rows.length, { subject, warn: false, ...FIRST[subject] }));
  return (
    <Stack gap="xs">
      {!rows.some((r) => r.subject === 'status') && <Text size="sm" c="dimmed">{t('check.byDefault')}</Text>}
      {rows.map((row, i) => (
        <Row key={i} step={step} row={row} index={i} count={rows.length} tried={trial.of(i)} />
      ))}
      <Group>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} disabled={readOnly} data-testid="add-check">{t('check.add')}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {checkSubjects.map((subject) => (
              <Menu.Item key={subject} onClick={() => add(subject)}>{t(`subject.${subject}`)}</Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
      {rows.length > 0 && <TriedOn target={trial.target} failed={trial.failed} />}
    </Stack>
  );
}

function Row({ step, row, index, count, tried }: { step: Path; row: CheckRow; index: number; count: number; tried: TriedCheck | undefined }) {
  const { editor, state, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const put = (change: Partial<CheckRow>) => editor.edit((d) => setCheck(d, step, index, { ...row, ...change }), row.path.join('/'));
  const problem = message(state.problems, row.path);
  const named = t(`subject.${row.subject}`);
  return (
    <fieldset className={classes.row} aria-label={t('check.row', { number: index + 1, subject: named })} data-testid={`check-row-${index}`} data-problem={problem === undefined ? undefined : ''}>
      <Group gap={6} align="flex-start">
        <Select
          size="xs" w="8.5rem" aria-label={t('check.subject')} allowDeselect={false} readOnly={readOnly} value={row.subject}
          data={checkSubjects.map((value) => ({ value, label: t(`subject.${value}`) }))}
          onChange={(to) => {
            const subject = checkSubjects.find((s) => s === to);
            if (subject && subject !== row.subject) put({ subject, ...FIRST[subject] });
          }}
        />
        {expressionSubjects.has(row.subject) && (
          <TemplateInput size="xs" flex={1} miw="9rem" aria-label={t('check.expression')} placeholder={HINTS[row.subject]} value={row.expression} onChange={(expression) => put({ expression })} />
        )}
        {row.subject === 'status' ? (
          <TemplateInput size="xs" flex={1} miw="9rem" aria-label={t('check.value')} placeholder="200, 2xx" value={row.tests[0]?.value ?? ''} onChange={(value) => put({ tests: [{ operator: 'in', value, count: false }] })} />
        ) : (
          <TestsFields tests={row.tests} choices={operatorsFor(row.subject)} counts={['json', 'xpath', 'css'].includes(row.subject)} hint={VALUE_HINTS[row.subject]} onChange={(tests) => put({ tests })} />
        )}
        <Select
          size="xs" w="6.5rem" aria-label={t('check.severity')} allowDeselect={false} readOnly={readOnly} value={row.warn ? 'warn' : 'fail'}
          data={[{ value: 'fail', label: t('check.fail') }, { value: 'warn', label: t('check.warn') }]}
          onChange={(to) => put({ warn: to === 'warn' })}
        />
        <RowActions step={step} list="check" index={index} count={count} name={named} />
      </Group>
      {tried && <CheckOutcome tried={tried} warn={row.warn} />}
      {problem && <Text size="xs" c="var(--lh-bad)">{problem}</Text>}
    </fieldset>
  );
}
