import { TextInput, type TextInputProps } from '@mantine/core';
import { useState } from 'react';

export interface HeldInputProps extends Omit<TextInputProps, 'onChange' | 'value'> {
  value: string;
  onChange: (text: string) => void;
  mayBeEmpty?: boolean;
}

/** A field that must not become empty, because it would go with its value: while nothing is typed the plan keeps the last. */
export function HeldInput({ value, onChange, onBlur, mayBeEmpty = false, ...rest }: HeldInputProps) {
  const [empty, setEmpty] = useState(false);
  return (
    <TextInput
      {...rest}
      value={empty ? '' : value}
      onChange={(e) => {
        const text = e.currentTarget.value;
        const held = text === '' && !mayBeEmpty;
        setEmpty(held);
        if (!held) onChange(text);
      }}
      onBlur={(e) => {
        setEmpty(false);
        onBlur?.(e);
      }}
    />
  );
}
