import { ActionIcon, Text, UnstyledButton } from '@mantine/core';
import { IconAlertCircle, IconAlertTriangle, IconCopy, IconGripVertical, IconPower, IconTrash } from '@tabler/icons-react';
import { useMemo, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { InsertStep } from '../add/add-menu';
import { useEditor, useMarks } from '../context';
import { useDrag } from '@/widgets/move-rows';
import { Method } from '../method';
import { SentBadge } from '../step/sent-badge';
import { idOf, stepNodes, type OutlineNode } from '../outline';
import { NodeIcon } from '../tree/node-icon';
import treeClasses from '../tree/tree.module.css';
import { useActionsOfPlan, type PlanActions } from '../use-actions';
import { useLabel } from '../use-label';
import classes from './steps.module.css';

/** The steps of a list in order, with those that are nested in them. */
export function StepList({ list }: { list: Path }) {
  const { doc } = useEditor();
  const { t } = useTranslation('editor');
  const actions = useActionsOfPlan();
  const drag = useDrag((path, to) => actions.moveTo(path, to));
  const key = list.join('/');
  const nodes = useMemo(() => stepNodes(doc, list), [doc, key]);
  if (nodes.length === 0) return <Text size="sm" c="dimmed">{t('noSteps')}</Text>;
  return <Cards nodes={nodes} actions={actions} drag={drag} />;
}

interface CardsProps {
  nodes: OutlineNode[];
  actions: PlanActions;
  drag: ReturnType<typeof useDrag>;
}

function Cards({ nodes, actions, drag }: CardsProps) {
  return (
    <ol className={classes.list}>
      {nodes.map((node, i) => (
        <Card key={node.id} node={node} number={i + 1} actions={actions} drag={drag} />
      ))}
    </ol>
  );
}

function Card({ node, number, actions, drag }: { node: OutlineNode; number: number } & Omit<CardsProps, 'nodes'>) {
  const { doc, go, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const name = useLabel()(node);
  const marks = useMarks([node.path]);
  const Mark = marks.level === 'error' ? IconAlertCircle : IconAlertTriangle;
  const isStep = node.kind !== 'else';

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      const path = actions.move(node.path, event.key === 'ArrowUp' ? -1 : 1);
      if (path) requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-step="${CSS.escape(idOf(path))}"]`)?.focus());
    } else if (event.key === 'Delete') {
      event.preventDefault();
      actions.remove(node.path, name);
    }
  };
  return (
    <li className={`${classes.item} ${node.enabled ? '' : classes.off}`} {...(isStep ? drag.place(node.path) : {})}>
      <div className={classes.card}>
        {isStep && (
          <span className={classes.grip} title={t('dragHint')} {...drag.source(node.path)}>
            <IconGripVertical size={16} aria-hidden />
          </span>
        )}
        <UnstyledButton className={classes.main} data-step={node.id} onClick={() => go({ path: node.path })} onKeyDown={onKeyDown}>
          {isStep && <Text component="span" size="xs" c="dimmed" className="numbers" miw="2ch" ta="end">{number}</Text>}
          <NodeIcon node={node} />
          {node.method && <Method method={node.method} />}
          <span className={classes.name}>{name}</span>
          {node.kind === 'request' && <span className={classes.url}>{doc.scalar([...node.path, 'request', 'url']) ?? ''}</span>}
          {marks.level && <Mark size={15} className={treeClasses[marks.level]} role="img" aria-label={t('problemCount', { count: marks.count })} />}
        </UnstyledButton>
        {node.kind === 'request' && <SentBadge path={node.path} />}
        {isStep && (
          <>
            <InsertStep after={node.path} name={name} />
            <ActionIcon variant="subtle" color="gray" disabled={readOnly} aria-pressed={!node.enabled} aria-label={t(node.enabled ? 'disableNamed' : 'enableNamed', { name })} onClick={() => actions.setEnabled(node.path, !node.enabled)}>
              <IconPower size={16} aria-hidden />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" disabled={readOnly} aria-label={t('duplicateNamed', { name })} onClick={() => actions.duplicate(node.path)}>
              <IconCopy size={16} aria-hidden />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" disabled={readOnly} aria-label={t('deleteNamed', { name })} onClick={() => actions.remove(node.path, name)}>
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </>
        )}
      </div>
      {node.children.length > 0 && (
        <div className={classes.nested}>
          <Cards nodes={node.children} actions={actions} drag={drag} />
        </div>
      )}
    </li>
  );
}
