import { IconAlertCircle, IconAlertTriangle, IconChevronRight, IconCode } from '@tabler/icons-react';
import { memo, type CSSProperties, type KeyboardEvent, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { formatShare } from '@/widgets/format';
import type { MarksOf } from '../context';
import type { useDrag } from '@/widgets/move-rows';
import { isItem } from '../actions';
import { Method } from '../method';
import type { VisibleNode } from '../outline';
import { NodeIcon } from './node-icon';
import classes from './tree.module.css';

/** What lines do, by their ids; the object is the same for all lines and all times. */
export interface LineActions {
  keyDown(event: KeyboardEvent, id: string): void;
  select(id: string): void;
  fold(id: string): void;
  focus(id: string): void;
  drag: ReturnType<typeof useDrag>;
}

export interface TreeLineProps {
  line: VisibleNode;
  label: string;
  selected: boolean;
  /** The one line that Tab leads to. */
  reached: boolean;
  dirty: boolean;
  marks: MarksOf;
  /** Where something that is dragged would go. */
  drop: string | undefined;
  actions: RefObject<LineActions>;
}

/** What a line shows of its node: the nodes are made anew with every key that is typed. */
function shown({ line: { node, depth, open }, marks }: TreeLineProps): unknown[] {
  const { id, kind, path, method, weight, share, script, enabled, children } = node;
  return [id, kind, path.join('/'), method, weight, share, script, enabled, children.length > 0, depth, open, marks.level, marks.count];
}

function looksSame(a: TreeLineProps, b: TreeLineProps): boolean {
  if (a.label !== b.label || a.selected !== b.selected || a.reached !== b.reached || a.dirty !== b.dirty || a.drop !== b.drop) return false;
  const now = shown(b);
  return shown(a).every((value, i) => value === now[i]);
}

/** A line of the tree; there may be thousands, so it is drawn only when it would look different. */
export const TreeLine = memo(Line, looksSame);

function Line({ line, label, selected, reached, dirty, marks, drop, actions }: TreeLineProps) {
  const { t } = useTranslation('editor');
  const { node, depth, open } = line;
  const { id, path } = node;
  const folds = node.children.length > 0;
  const Mark = marks.level === 'error' ? IconAlertCircle : IconAlertTriangle;
  const drag = () => actions.current.drag;
  return (
    <li
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={folds ? open : undefined}
      aria-selected={selected}
      tabIndex={reached ? 0 : -1}
      data-node={node.id}
      data-testid={`tree-item-${node.id || 'plan'}`}
      className={`${classes.line} ${node.enabled && node.weight !== 0 ? '' : classes.off}`}
      style={{ '--depth': depth } as CSSProperties}
      onKeyDown={(event) => actions.current.keyDown(event, id)}
      onClick={() => actions.current.select(id)}
      // What it is about has the focus, and has it again when the menu is closed.
      onContextMenu={(event) => event.currentTarget.focus()}
      onFocus={() => actions.current.focus(id)}
      draggable={isItem(path)}
      onDragStart={(event) => drag().source(path).onDragStart(event)}
      onDragEnd={() => drag().source(path).onDragEnd()}
      data-drop={drop}
      onDragOver={(event) => drag().place(path).onDragOver(event)}
      onDrop={(event) => drag().place(path).onDrop(event)}
    >
      <span
        className={classes.fold}
        aria-hidden
        onClick={(event) => {
          if (!folds) return;
          event.stopPropagation();
          actions.current.fold(id);
        }}
      >
        {folds && <IconChevronRight size={14} className={open ? classes.open : undefined} />}
      </span>
      <NodeIcon node={node} />
      {node.method && <Method method={node.method} />}
      <span className={classes.label} title={label}>{label}</span>
      {node.kind === 'request' && node.script && <IconCode size={14} role="img" aria-label={t('hasScript')} />}
      {node.weight !== undefined && <Weight weight={node.weight} share={node.share ?? 0} />}
      {dirty && <span className={classes.aside} title={t('unsaved')}>●</span>}
      {marks.level && (
        <Mark size={15} className={classes[marks.level]} role="img" aria-label={t('problemCount', { count: marks.count })} />
      )}
    </li>
  );
}

/** How often a transaction is chosen; where the tree is narrow only its share. */
function Weight({ weight, share }: { weight: number; share: number }) {
  const { t } = useTranslation('editor');
  const all = weight === 0 ? t('off') : t('weightShare', { weight, share: formatShare(share) });
  return (
    <span className={`${classes.aside} numbers`} title={all}>
      <span className={classes.whole}>{all}</span>
      <span className={classes.brief} aria-hidden>{weight === 0 ? t('off') : formatShare(share)}</span>
    </span>
  );
}
