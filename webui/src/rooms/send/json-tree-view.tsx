import { Button, Code, Group, Stack } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/widgets';
import { checkFor, keyText, previewOf, valueText, variableName, type TreeRow } from './json-tree';
import { useJSONTree } from './use-json-tree';
import classes from './send.module.css';

export interface NodeActions {
  onAddExtract?: (row: { name: string; json: string }) => void;
  onAddCheck?: (row: Record<string, unknown>) => void;
}

interface Props extends NodeActions {
  root: unknown;
}

const ROW = 24;
const INDENT = 14;

function NodeBar({ row, onAddExtract, onAddCheck }: NodeActions & { row: TreeRow }) {
  const { t } = useTranslation('send');
  const plain = row.kind !== 'object' && row.kind !== 'array';
  return (
    <Group gap={6} role="toolbar" aria-label={t('nodeActions')}>
      <Code className={classes.value} data-testid="json-path">{row.path}</Code>
      {onAddExtract && (
        <Button size="compact-xs" mih={24} variant="default" onClick={() => onAddExtract({ name: variableName(row.path), json: row.path })} data-testid="node-extract">
          {t('extract')}
        </Button>
      )}
      {onAddCheck && (
        <Button size="compact-xs" mih={24} variant="default" onClick={() => onAddCheck(checkFor(row))} data-testid="node-check">
          {plain ? t('checkEquals') : t('checkExists')}
        </Button>
      )}
      <CopyButton text={row.path} label={t('copyPath')} />
      <CopyButton text={() => valueText(row.value)} label={t('copyValue')} />
    </Group>
  );
}

/** A JSON value as a tree; what can be done with a node stands below once one is chosen. */
export function JSONTree({ root, onAddExtract, onAddCheck }: Props) {
  const { t } = useTranslation('send');
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const tree = useJSONTree(root, (index) => lines.scrollToIndex(index));
  const lines = useVirtualizer({ count: tree.rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 12 });
  const chosen = tree.rows[tree.chosen];
  return (
    <Stack gap={6}>
      <div
        ref={scroller} role="tree" tabIndex={0} aria-label={t('jsonTree')} className={classes.tree} onKeyDown={tree.onKeyDown} data-testid="json-tree"
        aria-activedescendant={lines.getVirtualItems().some((l) => l.index === tree.chosen) ? `${id}-${tree.chosen}` : undefined}
      >
        <div role="presentation" className={classes.space} style={{ height: lines.getTotalSize() }}>
          {lines.getVirtualItems().map((line) => {
            const row = tree.rows[line.index];
            return row && (
              <div
                key={row.path} id={`${id}-${line.index}`} role="treeitem" aria-level={row.depth + 1} aria-selected={line.index === tree.chosen}
                aria-expanded={row.size > 0 ? row.open : undefined} className={classes.row} onClick={() => tree.choose(line.index)}
                style={{ transform: `translateY(${line.start}px)`, paddingInlineStart: row.depth * INDENT }} title={row.path}
              >
                <span className={classes.toggle} aria-hidden onClick={() => tree.toggle(row)}>{row.size > 0 ? (row.open ? '▾' : '▸') : ''}</span>
                {row.name !== undefined && <span className={classes.key}>{keyText(row.name)}:</span>}
                <span className={classes[row.kind]}>{previewOf(row)}</span>
              </div>
            );
          })}
        </div>
      </div>
      {chosen && <NodeBar row={chosen} onAddExtract={onAddExtract} onAddCheck={onAddCheck} />}
    </Stack>
  );
}
