import { Anchor, Badge, Button, Group, Popover, Stack, Text } from '@mantine/core';
import type { CSSProperties, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { functions, isVariableName } from '@/plan/template';
import type { KnownName, Marked } from '@/plan/variables';
import { useSentOf } from '../../send/use-last';
import { useEditor } from '../context';
import { toggleIgnored, useIgnored } from '../ignored-names';
import { nameOf } from '../outline';
import { definedAt, lastValue, requestBefore, withExtract } from '../placeholder';
import { useDefine } from '../use-define';
import { useExplain } from '../variables';
import type { PlaceholderPopover } from './use-placeholder-popover';
import classes from './template.module.css';

/** How many of the places that set a name are listed. */
const MOST_PLACES = 5;

/** What a placeholder is, beside it in its field. Nothing of it exists until it opens. */
export function PlaceholderPopup({ popover, onConvert }: { popover: PlaceholderPopover; onConvert: () => void }) {
  const { opened, close, hold, release } = popover;
  if (!opened) return null;
  const { token, left, width, byKey } = opened;
  return (
    <Popover opened onDismiss={close} position="bottom-start" width={320} shadow="md" withArrow withRoles={false} trapFocus={byKey} returnFocus={byKey} withinPortal>
      <Popover.Target>
        <span className={classes.anchor} style={{ '--anchor-left': `${left}px`, '--anchor-width': `${width}px` } as CSSProperties} />
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={token.name} data-testid="placeholder-card" onMouseEnter={hold} onMouseLeave={release} p="xs">
        <Card token={token} close={close} onConvert={onConvert} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Card({ token, close, onConvert }: { token: Marked; close: () => void; onConvert: () => void }) {
  const { t } = useTranslation('editor');
  const { kind, name, problem, known } = token;
  if (kind === 'old') {
    return (
      <Shell name={`{@${name}@}`} scope={t('variable.scope.old')}>
        <Text size="xs">{t('variable.older', { example: '{@name@}' })}</Text>
        <Group><Button size="compact-xs" onClick={() => { onConvert(); close(); }}>{t('variable.convertTo', { name: `{{${name}}}` })}</Button></Group>
      </Shell>
    );
  }
  if (kind === 'literal') return <Shell name={name} scope={t('variable.scope.literal')} />;
  const wrong = problem === 'arguments' || problem === 'filter' || problem === 'broken' ? <Text size="xs" c="var(--lh-bad)">{t(`variable.${problem}`)}</Text> : null;
  if (kind === 'function') return <FunctionCard name={name}>{wrong}</FunctionCard>;
  if (known) return <KnownCard known={known} doubt={problem === 'later' || problem === 'elsewhere' ? problem : undefined} close={close}>{wrong}</KnownCard>;
  if (problem === 'unknown') return <UnknownCard name={name} close={close} />;
  const outside = name.startsWith('secret.') ? 'secret' : 'column';
  return <Shell name={name} scope={t(`variable.scope.${wrong ? 'broken' : outside}`)}>{wrong ?? <Value name={name} secret={outside === 'secret'} />}</Shell>;
}

function Shell({ name, scope, bad, children }: { name: string; scope: string; bad?: boolean; children?: ReactNode }) {
  return (
    <Stack gap={6}>
      <Group gap="xs" wrap="nowrap" justify="space-between">
        <Text size="sm" fw={600} ff="monospace" truncate>{name}</Text>
        <Badge variant="light" color={bad ? 'red' : 'gray'} size="sm" tt="none" flex="none">{scope}</Badge>
      </Group>
      {children}
    </Stack>
  );
}

/** The last value that Send once has seen, else the one that is written. */
function Value({ name, written = '', secret }: { name: string; written?: string; secret?: boolean }) {
  const { plan } = useEditor();
  const { t } = useTranslation('editor');
  const last = lastValue(useSentOf(plan), name);
  if (secret) return <Text size="xs" c="dimmed">{t('variable.hidden')}</Text>;
  if (last === undefined && written === '') return <Text size="xs" c="dimmed">{t('variable.noValue')}</Text>;
  return (
    <div>
      <Text size="xs" c="dimmed">{t(last === undefined ? 'variable.written' : 'variable.lastValue')}</Text>
      <Text size="xs" ff="monospace" lineClamp={6} className={classes.value}>{last ?? written}</Text>
    </div>
  );
}

function FunctionCard({ name, children }: { name: string; children: ReactNode }) {
  const { t } = useTranslation('editor');
  const found = functions.find((f) => f.name === name);
  return (
    <Shell name={name} scope={t('variable.scope.function')} bad={!found}>
      {found ? <Text size="xs">{t(`variable.fn.${name.slice(1)}`)}</Text> : <Text size="xs" c="var(--lh-bad)">{t('variable.noFunction')}</Text>}
      {found && <Text size="xs" ff="monospace">{found.usage}</Text>}
      {children}
    </Shell>
  );
}

function KnownCard({ known, doubt, close, children }: { known: KnownName; doubt: 'later' | 'elsewhere' | undefined; close: () => void; children: ReactNode }) {
  const { names } = useEditor();
  const { t } = useTranslation('editor');
  const all = names.filter((n) => n.name === known.name);
  const places = [known, ...all.filter((n) => n !== known)].slice(0, MOST_PLACES);
  return (
    <Shell name={known.name} scope={t(`variable.scope.${known.kind}`)}>
      <Value name={known.name} written={known.value} secret={known.kind === 'secret'} />
      {places.map((place, i) => <Place key={i} known={place} close={close} />)}
      {doubt && <Text size="xs" c="var(--lh-warn)">{t(`variable.${doubt}`)}</Text>}
      {children}
    </Shell>
  );
}

/** Where a name is defined, as a link that goes there. */
function Place({ known, close }: { known: KnownName; close: () => void }) {
  const { doc, go } = useEditor();
  const { t } = useTranslation('editor');
  const explain = useExplain();
  const where = definedAt(known);
  if (!where) return null;
  const step = where.path && nameOf(doc, where.path);
  const label = known.environment ?? (where.section ? t(`section.${where.section}`) : step || explain(known));
  const to = () => {
    close();
    go(where);
  };
  return (
    <Text size="xs">
      {t(`variable.definedIn.${known.kind}`)}{' '}
      <Anchor component="button" type="button" size="xs" onClick={to}>{label}</Anchor>
    </Text>
  );
}

function UnknownCard({ name, close }: { name: string; close: () => void }) {
  const { doc, plan, editor, where, go, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const ignored = useIgnored(plan).includes(name);
  const named = isVariableName(name) && !readOnly;
  const before = named ? requestBefore(doc, where.path) : undefined;
  const defineName = useDefine();
  const define = () => {
    close();
    defineName(name);
  };
  const extract = () => {
    if (!before) return;
    const edited = withExtract(editor.snapshot().doc, before, name);
    editor.edit(edited);
    close();
    go({ path: before, tab: 'extract' }, { doc: edited });
  };
  return (
    <Shell name={name} scope={t('variable.scope.unknown')} bad>
      <Text size="xs">{t(ignored ? 'variable.ignored' : 'variable.unknown', { name })}</Text>
      <Group gap={6}>
        {named && <Button size="compact-xs" variant="default" onClick={define}>{t('variable.define')}</Button>}
        {before && <Button size="compact-xs" variant="default" title={t('variable.extractFrom', { step: nameOf(doc, before) })} onClick={extract}>{t('variable.extract')}</Button>}
        <Button size="compact-xs" variant="default" onClick={() => { toggleIgnored(plan, name); close(); }}>{t(ignored ? 'variable.notIgnore' : 'variable.ignore')}</Button>
      </Group>
    </Shell>
  );
}
