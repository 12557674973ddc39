import { TextInput, type TextInputProps } from '@mantine/core';
import { planDuration } from '@/plan/duration';

export interface TimeInputProps extends Omit<TextInputProps, 'onChange' | 'value'> {
  value: string;
  onChange: (text: string) => void;
}

/** A duration. 90 and 1:30 are understood, and written as plans do when the field is left. */
export function TimeInput({ value, onChange, onBlur, ...rest }: TimeInputProps) {
  return (
    <TextInput
      {...rest}
      value={value}
      spellCheck={false}
      onChange={(e) => onChange(e.currentTarget.value)}
      onBlur={(e) => {
        const written = planDuration(value);
        if (written !== undefined && written !== value && /[\s:]|^\d+(\.\d+)?$/.test(value.trim())) onChange(written);
        onBlur?.(e);
      }}
    />
  );
}
