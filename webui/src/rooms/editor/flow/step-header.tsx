import { ActionIcon, Group, Switch } from '@mantine/core';
import { IconCopy, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { HeldInput } from '@/widgets/held-input';
import { namePath } from '../actions';
import { useEditor, useField } from '../context';
import { nameOf } from '../outline';
import { useActionsOfPlan } from '../use-actions';
import { Crumbs } from '../transaction/crumbs';
import { useRename } from '../transaction/use-rename';

/** Where a step is, its name, and whether it is played. */
export function StepHeader({ path, title }: { path: Path; title: string }) {
  const { doc, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const actions = useActionsOfPlan();
  const at = namePath(doc, path);
  const label = nameOf(doc, path) || title;
  return (
    <>
      <Crumbs path={path} />
      <Group align="flex-end" gap="sm">
        {at && <NameField path={path} at={at} placeholder={label} />}
        <Switch mb={8} label={t('enabled')} checked={doc.scalar([...path, 'enabled']) !== 'false'} disabled={readOnly} onChange={(e) => actions.setEnabled(path, e.currentTarget.checked)} />
        <ActionIcon mb={4} variant="subtle" color="gray" disabled={readOnly} aria-label={t('duplicateNamed', { name: label })} onClick={() => actions.duplicate(path)}>
          <IconCopy size={16} aria-hidden />
        </ActionIcon>
        <ActionIcon mb={4} variant="subtle" color="gray" disabled={readOnly} aria-label={t('deleteNamed', { name: label })} onClick={() => actions.remove(path, label)}>
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Group>
    </>
  );
}

function NameField({ path, at, placeholder }: { path: Path; at: Path; placeholder: string }) {
  const { t } = useTranslation('editor');
  const name = useField(at);
  const rename = useRename(path);
  return (
    <HeldInput
      // A group without its name would be no group.
      flex={1} miw="10rem" label={t('stepName')} placeholder={placeholder} value={name.value} error={name.error} readOnly={name.readOnly} mayBeEmpty={at.at(-1) !== 'group'}
      onChange={rename}
      data-testid="step-name"
    />
  );
}
