import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { deleteScript, readScript, saveScript } from './calls';
import { allDrafts, setDraft } from './drafts';
import { requireName, routeOf } from './library';

/** How long a deletion can be undone, in ms. */
const UNDO = 8000;

function beginning(file: string): string {
  if (file.endsWith('_test.lua')) {
    const library = requireName(file.replace(/_test\.lua$/, ''));
    const name = library.split('.').at(-1)?.replace(/\W/g, '_') ?? 'library';
    return `local ${name} = require "${library}"\n\ntest("it is there", function()\n  check("it is a table", type(${name}) == "table")\nend)\n`;
  }
  const name = (requireName(file).split('.').at(-1) ?? 'library').replace(/\W/g, '_');
  return `local ${name} = {}\n\nreturn ${name}\n`;
}

/** What can be done with whole scripts. Errors are thrown, for who asked to show them. */
export function useScriptActions() {
  const { t } = useTranslation('scripts');
  const client = useQueryClient();
  const [, go] = useLocation();
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ['scripts'], exact: true });
    void client.invalidateQueries({ queryKey: ['lua-api'] });
  };

  /** Gives the revision of the new script. */
  const create = async (file: string, text = beginning(file)): Promise<string> => {
    const saved = await saveScript(file, text, '');
    client.setQueryData(['scripts', file], saved);
    refresh();
    go(routeOf(file));
    return saved.revision;
  };

  const rename = async (file: string, to: string, text: string, revision: string) => {
    client.setQueryData(['scripts', to], await saveScript(to, text, ''));
    await deleteScript(file, revision);
    setDraft(file, undefined);
    refresh();
    go(routeOf(to));
  };

  const remove = async (file: string, revision: string) => {
    const { text } = await readScript(file);
    const draft = allDrafts()[file];
    await deleteScript(file, revision);
    setDraft(file, undefined);
    refresh();
    go('/scripts');
    const undo = () => {
      notifications.hide(id);
      create(file, text).then(
        (revision) => draft && setDraft(file, { text: draft.text, revision }),
        (e: unknown) => notifications.show({ color: 'red', message: String(e) }),
      );
    };
    const id = notifications.show({
      message: <Button size="xs" variant="default" onClick={undo}>{t('undo')}</Button>,
      title: t('deleted', { file }), autoClose: UNDO, closeButtonProps: { 'aria-label': t('close') },
    });
  };

  return { create, rename, remove };
}
