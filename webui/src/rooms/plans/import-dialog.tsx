import { ErrorCard, ToneBadge } from '@/widgets';
import { Button, Checkbox, FileButton, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconFileUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanInfo } from '@/api/types';
import { type Candidate, freeName, readCandidates, store } from './plan-files';

interface Line extends Candidate {
  take: boolean;
  replace: boolean;
  done?: boolean;
  failed?: unknown;
}

export interface ImportDialogProps {
  plans: readonly PlanInfo[];
  onClose: () => void;
  onDone: (names: string[]) => void;
}

/** Shows what files would become before anything is stored. */
export function ImportDialog({ plans, onClose, onDone }: ImportDialogProps) {
  const { t } = useTranslation('plans');
  const [lines, setLines] = useState<Line[]>([]);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const add = async (files: File[]) => {
    setError(undefined);
    try {
      const found = await readCandidates(files);
      setLines((old) => [...old, ...found.map((c) => ({ ...c, take: !c.error, replace: false }))]);
    } catch (e) {
      setError(e);
    }
  };
  const change = (index: number, part: Partial<Line>) => setLines((old) => old.map((l, i) => (i === index ? { ...l, ...part } : l)));
  const wanted = lines.filter((l) => l.take && !l.done);
  const store_ = async () => {
    setBusy(true);
    const names: string[] = [];
    const taken = plans.map((p) => p.name);
    for (const [i, line] of lines.entries()) {
      if (!line.take || line.done) continue;
      const old = plans.find((p) => p.name === line.name);
      const name = old && !line.replace ? freeName(line.name, [...taken, ...names]) : line.name;
      try {
        await store(name, line.text, old && line.replace ? old.revision : undefined);
        names.push(name);
        change(i, { done: true, failed: undefined });
      } catch (e) {
        change(i, { failed: e });
      }
    }
    setBusy(false);
    if (names.length === wanted.length) onDone(names);
  };
  return (
    <Modal opened onClose={onClose} title={t('import')} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
      <Stack>
        <Text size="sm">{t('importText')}</Text>
        <FileButton multiple accept=".yaml,.yml,.json" onChange={(files) => void add(files)} inputProps={{ 'data-testid': 'import-file' } as object}>
          {(props) => <Button {...props} variant="default" leftSection={<IconFileUpload size={16} aria-hidden />}>{t('chooseFiles')}</Button>}
        </FileButton>
        {Boolean(error) && <ErrorCard error={error} />}
        {lines.map((line, i) => (
          <ImportLine key={i} line={line} exists={plans.some((p) => p.name === line.name)} onChange={(part) => change(i, part)} />
        ))}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('cancel')}</Button>
          <Button disabled={wanted.length === 0} loading={busy} onClick={() => void store_()} data-testid="import-ok">{t('importCount', { count: wanted.length })}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function ImportLine({ line, exists, onChange }: { line: Line; exists: boolean; onChange: (part: Partial<Line>) => void }) {
  const { t } = useTranslation('plans');
  const faults = line.problems.filter((p) => !p.warning);
  return (
    <Stack gap={4} data-testid={`import-${line.source}`}>
      <Group gap="sm">
        <Checkbox checked={line.take} disabled={Boolean(line.error)} onChange={(e) => onChange({ take: e.currentTarget.checked })} label={line.source} />
        {line.error && <ToneBadge tone="bad" icon={IconAlertTriangle}>{t(`fault.${line.error}`)}</ToneBadge>}
        {!line.error && faults.length === 0 && <ToneBadge tone="good" icon={IconCircleCheck}>{t('fine')}</ToneBadge>}
        {faults.length > 0 && <ToneBadge tone="warn" icon={IconAlertTriangle}>{t('problems', { count: faults.length })}</ToneBadge>}
        {line.done && <ToneBadge tone="good" icon={IconCircleCheck}>{t('imported')}</ToneBadge>}
      </Group>
      {!line.error && (
        <Group gap="sm" align="flex-end">
          <TextInput size="xs" label={t('name')} value={line.name} onChange={(e) => onChange({ name: e.currentTarget.value })} />
          {exists && <Checkbox size="xs" checked={line.replace} onChange={(e) => onChange({ replace: e.currentTarget.checked })} label={t('replace')} />}
        </Group>
      )}
      {line.problems.length > 0 && (
        <List size="sm">
          {line.problems.slice(0, 10).map((p, i) => <List.Item key={i}>{t('problemAt', { line: p.line, column: p.col, message: p.message })}</List.Item>)}
        </List>
      )}
      {Boolean(line.failed) && <ErrorCard error={line.failed} />}
    </Stack>
  );
}
