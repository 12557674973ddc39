import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import * as edits from './actions';
import { useEditor } from './context';
import { startsWith } from './state/problems';

/** How long something that was deleted can be called back, in ms. */
const UNDO_FOR = 8_000;

export interface PlanActions {
  /** Makes an edit and shows what it is about. */
  make(edit: edits.Edit | undefined): Path | undefined;
  /** Gives what comes in its place, as make and duplicate do. */
  remove(path: Path, label: string): Path | undefined;
  /** Moves an item; what is shown stays shown, wherever it has gone. */
  move(path: Path, by: number): Path | undefined;
  moveTo(path: Path, to: number): Path | undefined;
  duplicate(path: Path): Path | undefined;
  setEnabled(path: Path, on: boolean): void;
  rename(path: Path, name: string): void;
}

/** The edits that the outline, the list of steps and the keys share. */
export function useActionsOfPlan(): PlanActions {
  const { editor, where, go, readOnly } = useEditor();
  const { t } = useTranslation('editor');

  return useMemo(() => {
    const shown = where.path;

    const make = (edit: edits.Edit | undefined) => {
      if (!edit || readOnly) return undefined;
      editor.edit(edit.doc);
      go({ path: edit.path }, { doc: edit.doc });
      return edit.path;
    };

    const follow = (path: Path, edit: edits.Edit | undefined): Path | undefined => {
      if (!edit || readOnly) return undefined;
      editor.edit(edit.doc);
      const rest = startsWith(shown, path) ? shown.slice(path.length) : undefined;
      if (rest) go({ ...where, path: [...edit.path, ...rest] }, { doc: edit.doc, replace: true });
      return edit.path;
    };

    return {
      make,
      remove: (path, label) => {
        if (readOnly || path.length === 0) return undefined;
        const before = editor.snapshot().doc;
        if (before.get(path) === undefined) return undefined;
        const edit = edits.remove(before, path);
        editor.edit(edit.doc);
        if (startsWith(shown, path)) go({ path: edit.path }, { doc: edit.doc });
        const id = notifications.show({
          autoClose: UNDO_FOR,
          closeButtonProps: { 'aria-label': t('close') },
          message: (
            <Group justify="space-between" wrap="nowrap">
              <Text size="sm">{t('deleted', { name: label })}</Text>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => {
                  notifications.hide(id);
                  const now = editor.snapshot().doc;
                  if (now.text === edit.doc.text) editor.undo();
                  else editor.edit(edits.putBack(now, path, before, edit.doc));
                  go({ path }, { doc: editor.snapshot().doc });
                }}
              >
                {t('undo')}
              </Button>
            </Group>
          ),
        });
        return edit.path;
      },
      move: (path, by) => follow(path, edits.moveBy(editor.snapshot().doc, path, by)),
      moveTo: (path, to) => follow(path, edits.moveTo(editor.snapshot().doc, path, to)),
      duplicate: (path) => make(edits.copyItem(editor.snapshot().doc, path)),
      setEnabled: (path, on) => {
        if (!readOnly) editor.edit((d) => edits.setEnabled(d, path, on));
      },
      rename: (path, name) => {
        if (!readOnly) follow(path, edits.renameTo(editor.snapshot().doc, path, name));
      },
    };
  }, [editor, where, go, readOnly, t]);
}
