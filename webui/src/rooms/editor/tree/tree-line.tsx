import { IconAlertCircle, IconAlertTriangle, IconChevronRight, IconCode } from '@tabler/icons-react';
import type { CSSProperties, KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formatShare } from '@/widgets/format';
import { useMarks } from '../context';
import type { useDrag } from '@/widgets/move-rows';
import { isItem } from '../actions';
import { Method } from '../method';
import type { VisibleNode } from '../outline';
import { NodeIcon } from './node-icon';
import classes from './tree.module.css';

export interface TreeLineProps {
  line: VisibleNode;
  label: string;
  selected: boolean;
  /** The one line that Tab leads to. */
  reached: boolean;
  dirty: boolean;
  drag: ReturnType<typeof useDrag>;
  onKeyDown: (event: KeyboardEvent) => void;
  onSelect: () => void;
  onFold: () => void;
  onMenu: () => void;
  onFocus: () => void;
}

export function TreeLine({ line, label, selected, reached, dirty, drag, onKeyDown, onSelect, onFold, onMenu, onFocus }: TreeLineProps) {
  const { t } = useTranslation('editor');
  const { node, depth, open } = line;
  const marks = useMarks(node.about ?? [node.path]);
  const folds = node.children.length > 0;
  const Mark = marks.level === 'error' ? IconAlertCircle : IconAlertTriangle;
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
      onKeyDown={onKeyDown}
      onClick={onSelect}
      onContextMenu={onMenu}
      onFocus={onFocus}
      {...(isItem(node.path) ? drag.source(node.path) : {})}
      {...drag.place(node.path)}
    >
      <span
        className={classes.fold}
        aria-hidden
        onClick={(event) => {
          if (!folds) return;
          event.stopPropagation();
          onFold();
        }}
      >
        {folds && <IconChevronRight size={14} className={open ? classes.open : undefined} />}
      </span>
      <NodeIcon node={node} />
      {node.method && <Method method={node.method} />}
      <span className={classes.label} title={label}>{label}</span>
      {node.kind === 'request' && node.script && <IconCode size={14} role="img" aria-label={t('hasScript')} />}
      {node.weight !== undefined && (
        <span className={`${classes.aside} numbers`}>
          {node.weight === 0 ? t('off') : t('weightShare', { weight: node.weight, share: formatShare(node.share ?? 0) })}
        </span>
      )}
      {dirty && <span className={classes.aside} title={t('unsaved')}>●</span>}
      {marks.level && (
        <Mark size={15} className={classes[marks.level]} role="img" aria-label={t('problemCount', { count: marks.count })} />
      )}
    </li>
  );
}
