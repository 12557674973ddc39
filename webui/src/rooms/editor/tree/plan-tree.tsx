import { Group, ScrollArea, Stack, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isRemovable, namePath } from '../actions';
import { AddMenu } from '../add/add-menu';
import { useEditor } from '../context';
import { useDrag } from '@/widgets/move-rows';
import { closedAround, idOf, lineOf, outline, visible, type OutlineNode } from '../outline';
import { useActionsOfPlan } from '../use-actions';
import { useLabel } from '../use-label';
import { NodeMenu } from './node-menu';
import { RenameLine } from './rename-line';
import { TreeLine } from './tree-line';
import { useTreeKeys } from './use-tree-keys';
import classes from './tree.module.css';

/** The plan as a tree: what there is, in which order it is played, and how to change that. */
export function PlanTree() {
  const { doc, plan, state, where, go } = useEditor();
  const { t } = useTranslation('editor');
  const label = useLabel();
  const actions = useActionsOfPlan();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set(['settings']));
  const [filter, setFilter] = useState('');
  const [focused, setFocused] = useState('');
  const [renaming, setRenaming] = useState('');
  const box = useRef<HTMLUListElement>(null);
  const drag = useDrag((path, to) => actions.moveTo(path, to));
  const root = useMemo(() => outline(doc, plan), [doc, plan]);
  const lines = useMemo(() => visible(root, closed, filter), [root, closed, filter]);
  const selected = lineOf(where);
  useEffect(() => setClosed((now) => closedAround(now, selected)), [selected]);
  const reached = lines.some((l) => l.node.id === focused) ? focused : (lines.find((l) => l.node.id === selected)?.node.id ?? '');
  const current = lines.find((l) => l.node.id === reached)?.node ?? root;

  const focus = (id: string) => {
    setFocused(id);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`)?.focus());
  };
  const fold = (node: OutlineNode, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(node.id);
    else next.add(node.id);
    setClosed(next);
  };
  const select = (node: OutlineNode) => go({ path: node.path, section: node.section, view: where.view });
  const rename = (node: OutlineNode) => {
    if (namePath(doc, node.path) && node.id !== '') setRenaming(node.id);
  };
  const onKeyDown = useTreeKeys(lines, label, {
    focus: (node) => focus(node.id),
    select,
    fold,
    rename,
    remove: (node) => {
      if (isRemovable(node)) actions.remove(node.path, label(node));
    },
    move: (node, by) => {
      const path = actions.move(node.path, by);
      if (path) focus(idOf(path));
    },
  });

  return (
    <Stack gap="xs" h="100%" p="xs">
      <Group gap={4} wrap="nowrap">
        <TextInput
          data-page-filter
          size="xs"
          flex={1}
          aria-label={t('tree.filter')}
          placeholder={t('tree.filter')}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={filter}
          onChange={(e) => setFilter(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key === 'Escape') setFilter('');
            if (e.key === 'ArrowDown') focus(lines[0]?.node.id ?? '');
          }}
        />
        <AddMenu at={where.path} />
        <NodeMenu node={current} label={label(current)} onRename={() => rename(current)} />
      </Group>
      <ScrollArea flex={1} type="auto" offsetScrollbars="y">
        <ul role="tree" aria-label={t('tree.label')} className={classes.tree} ref={box}>
          {lines.map((line, i) =>
            renaming !== '' && line.node.id === renaming ? (
              <RenameLine
                key={line.node.id}
                line={line}
                name={line.node.label}
                onDone={(name, byKey) => {
                  setRenaming('');
                  if (name !== null) actions.rename(line.node.path, name);
                  // Who clicked elsewhere is there already.
                  if (byKey) focus(line.node.kind === 'block' && name ? `blocks/${name}` : line.node.id);
                }}
              />
            ) : (
              <TreeLine
                key={line.node.id}
                line={line}
                label={label(line.node)}
                selected={line.node.id === selected}
                reached={line.node.id === reached}
                dirty={line.node.kind === 'plan' && state.dirty}
                drag={drag}
                onKeyDown={(event) => onKeyDown(event, i)}
                onSelect={() => select(line.node)}
                onFold={() => fold(line.node, !line.open)}
                onMenu={() => setFocused(line.node.id)}
                onFocus={() => setFocused(line.node.id)}
              />
            ),
          )}
        </ul>
      </ScrollArea>
    </Stack>
  );
}
