import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Writes to the clipboard; pages that are served without TLS have the old way only. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.setAttribute('aria-hidden', 'true');
    document.body.append(area);
    const focused = document.activeElement;
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return copied;
  }
}

export interface CopyButtonProps {
  /** The text, or how to make it when it is wanted. */
  text: string | (() => string);
  /** What is copied; a button with a word where it is shown, otherwise the name of an icon. */
  label: string;
  shown?: boolean;
  testId?: string;
}

/** Copies a text, and says so. */
export function CopyButton({ text, label, shown = false, testId }: CopyButtonProps) {
  const { t } = useTranslation('widgets');
  const [said, setSaid] = useState<'copied' | 'notCopied' | null>(null);
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => setSaid(null), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => setSaid((await copyText(typeof text === 'string' ? text : text())) ? 'copied' : 'notCopied');
  const icon = said === 'copied' ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />;
  const words = said ? t(said) : label;
  if (shown) {
    return (
      <Button variant="default" size="xs" leftSection={icon} onClick={() => void copy()} data-testid={testId} aria-live="polite">
        {words}
      </Button>
    );
  }
  return (
    <Tooltip label={words}>
      <ActionIcon variant="subtle" color="gray" onClick={() => void copy()} aria-label={words} data-testid={testId}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
