import { Button, Menu, ScrollArea, Text } from '@mantine/core';
import { IconAlertCircle, IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { aim } from '@/code/goal';
import { useEditor } from './context';
import { placeOfProblem } from './problem-place';
import { placeInScript, scriptAround, scriptKey } from './script-place';
import { worst, type PlacedProblem } from './state/problems';
import treeClasses from './tree/tree.module.css';

/** All that is wrong with the plan; a click leads there. */
export function ProblemsMenu() {
  const { doc, plan, state, where, go } = useEditor();
  const { t } = useTranslation('editor');
  const { problems } = state;
  const level = worst(problems) ?? 'warning';
  const Mark = level === 'error' ? IconAlertCircle : IconAlertTriangle;
  const show = (problem: PlacedProblem) => {
    const script = scriptAround(problem.at);
    if (script && where.view !== 'yaml') {
      const at = placeInScript(doc, script, problem);
      aim({ editor: scriptKey(plan, script), line: at.line, column: at.col });
    }
    go(where.view === 'yaml' ? { ...placeOfProblem(doc, problem), view: 'yaml' } : placeOfProblem(doc, problem));
  };
  return (
    <Menu position="bottom-end" width={420} withinPortal>
      <Menu.Target>
        <Button variant="default" size="sm" leftSection={<Mark size={16} className={treeClasses[level]} aria-hidden />} data-testid="problems">
          {t('problemCount', { count: problems.length })}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <ScrollArea.Autosize mah="50vh">
          {problems.map((p, i) => (
            <Menu.Item
              key={i}
              leftSection={p.warning ? <IconAlertTriangle size={14} className={treeClasses.warning} aria-label={t('warning')} /> : <IconAlertCircle size={14} className={treeClasses.error} aria-label={t('error')} />}
              onClick={() => show(p)}
            >
              <Text size="sm">{p.message}</Text>
              <Text size="xs" c="dimmed">{p.hint ? t('lineHint', { line: p.line, hint: p.hint }) : t('line', { line: p.line })}</Text>
            </Menu.Item>
          ))}
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  );
}
