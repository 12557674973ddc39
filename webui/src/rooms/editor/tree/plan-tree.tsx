import { Group, ScrollArea, Stack, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isRemovable } from '../actions';
import { AddMenu } from '../add/add-menu';
import { marksOf, useEditor } from '../context';
import { useDrag } from '@/widgets/move-rows';
import { closedAround, closedAtFirst, lineOf, outline, visible, type OutlineNode, type VisibleNode } from '../outline';
import { useActionsOfPlan } from '../use-actions';
import { useLabel } from '../use-label';
import { askForMenu, ContextMenu } from './context-menu';
import { isNamed, type LineEdits } from './line-items';
import { NodeMenu } from './node-menu';
import { RenameLine } from './rename-line';
import { TreeLine, type LineActions } from './tree-line';
import { useLineFocus } from './use-line-focus';
import { useTreeKeys } from './use-tree-keys';
import classes from './tree.module.css';

/** The plan as a tree: what there is, in which order it is played, and how to change that. */
export function PlanTree() {
  const { doc, plan, state, where, go } = useEditor();
  const { t } = useTranslation('editor');
  const label = useLabel();
  const actions = useActionsOfPlan();
  const [closed, setClosed] = useState(() => closedAtFirst(doc));
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

  const { line: lineOfId, focus: focusLine, settle } = useLineFocus(box, lines);
  const focus = (id: string) => {
    setFocused(id);
    focusLine(id);
  };
  const fold = (node: OutlineNode, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(node.id);
    else next.add(node.id);
    setClosed(next);
  };
  const select = (node: OutlineNode) => go({ path: node.path, section: node.section, view: where.view });
  const rename = (node: OutlineNode) => {
    if (isNamed(doc, node)) setRenaming(node.id);
  };
  const edits: LineEdits = {
    rename,
    duplicate: (node) => settle(actions.duplicate(node.path)),
    setEnabled: (node, on) => {
      actions.setEnabled(node.path, on);
      settle(node.path);
    },
    move: (node, by) => settle(actions.move(node.path, by) ?? node.path),
    remove: (node) => {
      if (isRemovable(node)) settle(actions.remove(node.path, label(node)));
    },
  };
  const onKeyDown = useTreeKeys(lines, label, {
    focus: (node) => focus(node.id),
    select,
    fold,
    ...edits,
    menu: (node) => {
      const line = lineOfId(node.id);
      if (line) askForMenu(line);
    },
  });

  const withLine = (id: string, act: (line: VisibleNode, index: number) => void) => {
    const index = lines.findIndex((l) => l.node.id === id);
    const line = lines[index];
    if (line) act(line, index);
  };
  const now: LineActions = {
    keyDown: (event, id) => withLine(id, (_, index) => onKeyDown(event, index)),
    select: (id) => withLine(id, ({ node }) => select(node)),
    fold: (id) => withLine(id, ({ node, open }) => fold(node, !open)),
    focus: setFocused,
    drag,
  };
  const latest = useRef(now);
  useLayoutEffect(() => {
    latest.current = now;
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
        <NodeMenu node={current} label={label(current)} edits={edits} />
      </Group>
      <ScrollArea flex={1} type="auto" offsetScrollbars="y">
        <ContextMenu node={current} label={label(current)} edits={edits} make={(edit) => settle(actions.make(edit))}>
          <ul role="tree" aria-label={t('tree.label')} className={classes.tree} ref={box}>
            {lines.map((line) =>
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
                  marks={marksOf(state.problems, line.node.about ?? [line.node.path])}
                  drop={drag.place(line.node.path)['data-drop']}
                  actions={latest}
                />
              ),
            )}
          </ul>
        </ContextMenu>
      </ScrollArea>
    </Stack>
  );
}
