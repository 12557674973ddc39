import { Button, Group, Text, type ButtonProps } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export interface ConfirmInPlaceProps {
  /** The button. */
  label: string;
  icon?: ReactNode;
  /** What it turns into, such as "Stop #42?". */
  question: string;
  /** The button that does it. */
  confirm: string;
  /** The button that does not; "Cancel" if missing. */
  keep?: string;
  onConfirm: () => void;
  disabled?: boolean;
  loading?: boolean;
  size?: ButtonProps['size'];
  variant?: ButtonProps['variant'];
  testId?: string;
  confirmTestId?: string;
  /** Asked from elsewhere (palette): a new number opens the question. */
  asked?: number;
}

/** A button that asks once more, where it is, before it does what cannot be undone. */
export function ConfirmInPlace(props: ConfirmInPlaceProps) {
  const { label, icon, question, confirm, keep, onConfirm, disabled, loading, size = 'xs', variant = 'default', testId, confirmTestId, asked = 0 } = props;
  const { t } = useTranslation('widgets');
  const [open, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const back = useRef(false);
  useEffect(() => {
    if (asked > 0) setOpen(true);
  }, [asked]);
  useEffect(() => {
    if (!open && back.current) trigger.current?.focus();
    back.current = open;
  }, [open]);
  if (!open) {
    return (
      <Button ref={trigger} size={size} variant={variant} leftSection={icon} disabled={disabled} loading={loading} onClick={() => setOpen(true)} data-testid={testId}>
        {label}
      </Button>
    );
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // The key that opened the question, held down, must not answer it.
    if (event.repeat && (event.key === 'Enter' || event.key === ' ')) event.preventDefault();
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    setOpen(false);
  };
  return (
    <Group gap="xs" role="group" aria-label={question} onKeyDown={onKeyDown} wrap="nowrap" data-asking>
      <Text size="sm" fw={600}>{question}</Text>
      <Button
        size={size}
        color="red"
        autoFocus
        onClick={() => {
          setOpen(false);
          onConfirm();
        }}
        data-testid={confirmTestId}
      >
        {confirm}
      </Button>
      <Button size={size} variant="default" onClick={() => setOpen(false)}>{keep ?? t('cancel')}</Button>
    </Group>
  );
}
