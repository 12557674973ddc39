import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowsSplit2, IconClipboard, IconCode, IconFolder, IconPlus, IconPuzzle, IconRepeat, IconRoute, IconWorld } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import type { CurlRequest } from '@/plan/curl';
import { setRequest } from '@/plan/request';
import { addBlock, addTransaction, insertStep, newStep, placeForStep, type Edit, type NewStep, type StepPlace } from '../actions';
import { useEditor } from '../context';
import { useActionsOfPlan } from '../use-actions';
import { CurlDialog } from './curl-dialog';

const STEPS = [
  ['request', IconWorld],
  ['group', IconFolder],
  ['repeat', IconRepeat],
  ['if', IconArrowsSplit2],
  ['use', IconPuzzle],
] as const satisfies readonly (readonly [NewStep, unknown])[];

const LUA_TRANSACTION = `function transaction(user)
  local res = http.get{url = "/", name = "home"}
  check("status is 200", res.status == 200)
end
`;

export interface AddMenuProps {
  /** What the new thing comes behind, or into. */
  at: Path;
  /** Only steps; with a button that says so. */
  stepsOnly?: boolean;
}

/** A step behind another one, also where that has steps itself. Its menu is made when it is first asked for: there are many. */
export function InsertStep({ after, name }: { after: Path; name: string }) {
  const { readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const [used, setUsed] = useState(false);
  const label = t('insertAfter', { name });
  const button = (props: object) => (
    <ActionIcon variant="subtle" color="gray" disabled={readOnly} aria-label={label} title={label} {...props}>
      <IconPlus size={16} aria-hidden />
    </ActionIcon>
  );
  if (!used) return button({ onClick: () => setUsed(true), 'aria-haspopup': 'menu' });
  const place = { list: after.slice(0, -1), index: Number(after.at(-1)) + 1 };
  return <StepMenu place={place} target={button({})} opened />;
}

/** Adds a transaction, a step or a block. */
export function AddMenu({ at, stepsOnly }: AddMenuProps) {
  const { doc, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const place = placeForStep(doc, at);
  if (stepsOnly) {
    const button = (
      <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} disabled={readOnly} data-testid="add-step">
        {t('addStep')}
      </Button>
    );
    return <StepMenu place={place} target={button} />;
  }
  const button = (
    <ActionIcon variant="default" size="md" aria-label={t('add')} disabled={readOnly} data-testid="add">
      <IconPlus size={16} aria-hidden />
    </ActionIcon>
  );
  return <StepMenu place={place} target={button} all />;
}

interface StepMenuProps {
  /** Where the step goes; undefined: none can stand there. */
  place: StepPlace | undefined;
  target: ReactNode;
  opened?: boolean;
  /** Transactions and blocks too. */
  all?: boolean;
}

/** A menu of what can be added. */
function StepMenu({ place, target, opened, all }: StepMenuProps) {
  const { make } = useActionsOfPlan();
  const [pasting, setPasting] = useState(false);
  const Items = all ? AddItems : StepItems;
  return (
    <>
      <Menu position="bottom-start" withinPortal defaultOpened={opened}>
        <Menu.Target>{target}</Menu.Target>
        <Menu.Dropdown>
          <Items place={place} make={make} onPaste={() => setPasting(true)} />
        </Menu.Dropdown>
      </Menu>
      <CurlStep place={place} opened={pasting} onClose={() => setPasting(false)} make={make} />
    </>
  );
}

export interface AddItemsProps {
  place: StepPlace | undefined;
  make: (edit: Edit) => void;
  onPaste: () => void;
}

/** All that can be added to a plan, as items of a menu. */
export function AddItems(props: AddItemsProps) {
  const { doc } = useEditor();
  const { t } = useTranslation('editor');
  const { make } = props;
  return (
    <>
      <Menu.Item leftSection={<IconRoute size={14} aria-hidden />} onClick={() => make(addTransaction(doc, t('new.transaction')))}>
        {t('kind.transaction')}
      </Menu.Item>
      <Menu.Item leftSection={<IconCode size={14} aria-hidden />} onClick={() => make(addTransaction(doc, t('new.transaction'), LUA_TRANSACTION))}>
        {t('kind.luaTransaction')}
      </Menu.Item>
      <Menu.Divider />
      <StepItems {...props} />
      <Menu.Divider />
      <Menu.Item leftSection={<IconPuzzle size={14} aria-hidden />} onClick={() => make(addBlock(doc, t('new.block')))}>
        {t('kind.block')}
      </Menu.Item>
    </>
  );
}

/** The kinds of steps, and a request from cURL. */
function StepItems({ place, make, onPaste }: AddItemsProps) {
  const { doc } = useEditor();
  const { t } = useTranslation('editor');
  const add = (kind: NewStep) => {
    if (place) make(insertStep(doc, place.list, place.index, newStep(doc, kind, t(`new.${kind}`))));
  };
  return (
    <>
      <Menu.Label>{place ? t('kind.step') : t('stepNeedsPlace')}</Menu.Label>
      {STEPS.map(([kind, Mark]) => (
        <Menu.Item key={kind} leftSection={<Mark size={14} aria-hidden />} disabled={!place} onClick={() => add(kind)}>
          {t(`kind.${kind}`)}
        </Menu.Item>
      ))}
      <Menu.Item leftSection={<IconClipboard size={14} aria-hidden />} onClick={onPaste}>
        {t('curl.paste')}
      </Menu.Item>
    </>
  );
}

/** A request out of a cURL command; where no step can stand, with a transaction of its own. */
export function CurlStep({ place, opened, onClose, make }: { place: StepPlace | undefined; opened: boolean; onClose: () => void; make: (edit: Edit) => void }) {
  const { doc } = useEditor();
  const { t } = useTranslation('editor');
  const take = ({ request }: CurlRequest) => {
    const owner = place ? undefined : addTransaction(doc, t('new.transaction'));
    const list = place?.list ?? [...(owner?.path ?? []), 'steps'];
    const step = insertStep(owner?.doc ?? doc, list, place?.index ?? 0, { request: { url: '/' } });
    make({ doc: setRequest(step.doc, [...step.path, 'request'], request), path: step.path });
  };
  return <CurlDialog opened={opened} onClose={onClose} onTake={take} />;
}
