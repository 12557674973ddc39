import { ActionIcon, Button, Checkbox, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconGripVertical, IconTrash } from '@tabler/icons-react';
import { useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pair, Path } from '@/plan';
import { linesOf, pairsOf } from '@/plan/pairs';
import { useEditor } from '../context';
import { moved, moveKey, useDrag } from '@/widgets/move-rows';
import { message } from '../state/problems';
import { OWN_UNDO } from '../use-editor-keys';
import { KeyCell } from './key-cell';
import { TemplateInput } from './template-input';
import classes from './step.module.css';

const EMPTY: Pair = { name: '', value: '', enabled: true, note: '' };

export interface PairTableProps {
  /** Which of the tables of a page: for test ids, kv-<kind>-row-<n>, and for what is dragged within it. */
  kind: string;
  label: string;
  pairs: readonly Pair[];
  /** Where the plan has them: what is wrong with one is said at it. */
  at?: Path;
  onChange: (pairs: Pair[]) => void;
  names?: readonly string[];
  values?: (name: string) => readonly string[];
  /** Rows that can neither be switched off nor have notes. */
  plain?: boolean;
  /** A row may drop a default of its name. */
  canDrop?: boolean;
}

/** Rows of name and value: headers, parameters, form fields, variables. */
export function PairTable(props: PairTableProps) {
  const { pairs, onChange, label, kind, plain } = props;
  const { readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const [bulk, setBulk] = useState<string | null>(null);
  return (
    <Stack gap={4}>
      <Group justify="flex-end">
        <Button size="compact-xs" variant="subtle" disabled={readOnly} aria-pressed={bulk !== null} onClick={() => setBulk(bulk === null ? linesOf(pairs) : null)}>
          {bulk === null ? t('pairs.bulk') : t('pairs.table')}
        </Button>
      </Group>
      {bulk === null ? (
        <Rows {...props} />
      ) : (
        <>
          <Textarea
            aria-label={t('pairs.bulkLabel', { label })}
            autosize
            minRows={4}
            classNames={{ input: classes.mono }}
            value={bulk}
            onChange={(e) => {
              setBulk(e.currentTarget.value);
              onChange(pairsOf(e.currentTarget.value, pairs));
            }}
            {...{ [OWN_UNDO]: '' }}
            data-testid={`kv-${kind}-bulk`}
          />
          <Text size="xs" c="dimmed">{plain ? t('pairs.bulkTextPlain') : t('pairs.bulkText')}</Text>
        </>
      )}
    </Stack>
  );
}

/** Of more rows only so many are shown at first: each has fields that complete and explain. */
const MOST_ROWS = 50;

/** Which rows are shown: the first ones, those that were added since the table was opened, and the empty last one. */
export function rowsShown(count: number, atFirst: number, all: boolean): number[] {
  const rows = Array.from({ length: count + 1 }, (_, i) => i);
  return all || atFirst <= MOST_ROWS ? rows : rows.filter((i) => i < MOST_ROWS || i >= Math.min(atFirst, count));
}

function Rows(props: PairTableProps) {
  const { pairs, onChange, label, plain } = props;
  const { t } = useTranslation('editor');
  const [atFirst] = useState(pairs.length);
  const [all, setAll] = useState(false);
  const shown = rowsShown(pairs.length, atFirst, all);
  const hidden = pairs.length + 1 - shown.length;
  const drag = useDrag((path, to) => onChange(moved(pairs, Number(path[1]), to)));
  return (
    <div className={classes.scroll}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {!plain && <th scope="col" className={classes.narrow} aria-label={t('pairs.sent')} />}
            <th scope="col">{t('pairs.name')}</th>
            <th scope="col">{t('pairs.value')}</th>
            {!plain && <th scope="col">{t('pairs.note')}</th>}
            <th scope="col" className={classes.narrow} aria-label={t('pairs.actions')} />
          </tr>
        </thead>
        <tbody>
          {shown.map((i) => (
            <Row key={i} {...props} pair={pairs[i] ?? EMPTY} index={i} drag={drag} />
          ))}
        </tbody>
      </table>
      {hidden > 0 && <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>{t('pairs.more', { count: hidden })}</Button>}
    </div>
  );
}

interface RowProps extends PairTableProps {
  pair: Pair;
  index: number;
  drag: ReturnType<typeof useDrag>;
}

/** What is wrong with a row, whichever way the rows are written. */
function useRowProblem(at: Path | undefined, index: number, name: string): string | undefined {
  const { doc, state } = useEditor();
  return at && state.problems.length > 0 ? message(state.problems, [...at, doc.keys(at).includes(name) ? name : index]) : undefined;
}

function Row({ kind, pairs, at, onChange, names, values, plain, canDrop, pair, index, drag }: RowProps) {
  const { readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const problem = useRowProblem(at, index, pair.name);
  const last = index === pairs.length;
  const which = { name: pair.name || String(index + 1) };
  const put = (change: Partial<Pair>) => onChange(last ? [...pairs, { ...pair, ...change }] : pairs.map((p, i) => (i === index ? { ...p, ...change } : p)));
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text');
    if (!text.trim().includes('\n')) return;
    event.preventDefault();
    onChange([...pairs.slice(0, index), ...pairsOf(text), ...pairs.slice(index)]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = moveKey(event);
    if (!by || last) return;
    event.preventDefault();
    const to = index + by;
    if (to < 0 || to >= pairs.length) return;
    onChange(moved(pairs, index, to));
    const cell = event.target instanceof HTMLElement ? event.target.closest('td')?.cellIndex : undefined;
    const body = event.currentTarget.parentElement;
    requestAnimationFrame(() => body?.children[to]?.children[cell ?? 0]?.querySelector('input')?.focus());
  };
  return (
    <tr className={pair.enabled ? undefined : classes.off} data-testid={`kv-${kind}-row-${index}`} onKeyDown={onKeyDown} {...(last ? {} : drag.place([kind, index]))}>
      {!plain && (
        <td className={classes.narrow}>
          <div className={classes.box}>
            {!last && <Checkbox size="sm" aria-label={t('pairs.sentNamed', which)} checked={pair.enabled} disabled={readOnly} onChange={(e) => put({ enabled: e.currentTarget.checked })} />}
          </div>
        </td>
      )}
      <td onPaste={onPaste}>
        <KeyCell
          value={pair.name}
          label={t('pairs.nameOf', { row: index + 1 })}
          placeholder={last ? t('pairs.add') : undefined}
          taken={pairs.filter((_, i) => i !== index).map((p) => p.name)}
          suggestions={names}
          onChange={(name) => put({ name })}
        />
      </td>
      <td>
        {pair.drop ? (
          <Group gap={4} wrap="nowrap">
            <Text size="xs" c="dimmed" p={6}>{t('pairs.dropped')}</Text>
            <Button size="compact-xs" variant="subtle" disabled={readOnly} onClick={() => put({ drop: undefined })}>{t('pairs.sendAgain')}</Button>
          </Group>
        ) : (
          <TemplateInput size="xs" aria-label={t('pairs.valueOf', which)} value={pair.value} error={problem} suggestions={values?.(pair.name)} onChange={(value) => put({ value })} />
        )}
      </td>
      {!plain && (
        <td>
          <TextInput size="xs" aria-label={t('pairs.noteOf', which)} value={pair.note} readOnly={readOnly || last} variant={pair.note ? 'default' : 'unstyled'} onChange={(e) => put({ note: e.currentTarget.value })} />
        </td>
      )}
      <td className={classes.narrow}>
        {!last && (
          <Group gap={0} wrap="nowrap">
            {canDrop && !pair.drop && pair.value === '' && (
              <Button size="compact-xs" variant="subtle" disabled={readOnly} onClick={() => put({ drop: true })}>{t('pairs.drop')}</Button>
            )}
            <span className={classes.box} title={t('dragHint')} {...drag.source([kind, index])}>
              <IconGripVertical size={14} aria-hidden />
            </span>
            <ActionIcon variant="subtle" color="gray" disabled={readOnly} aria-label={t('deleteNamed', which)} onClick={() => onChange(pairs.filter((_, i) => i !== index))}>
              <IconTrash size={15} aria-hidden />
            </ActionIcon>
          </Group>
        )}
      </td>
    </tr>
  );
}
