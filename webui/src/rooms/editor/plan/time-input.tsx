import { TextInput, type TextInputProps } from '@mantine/core';
import { planDuration } from '@/plan/duration';
import { useEditor } from '../context';
import { RangeEcho } from '../step/range-echo';

export interface TimeInputProps extends Omit<TextInputProps, 'onChange' | 'value'> {
  value: string;
  onChange: (text: string) => void;
  /** What nothing means here; shown beside the empty field. */
  empty?: string;
}

/** A duration that is part of something larger, such as of a load. 90 and 1:30 are understood, and written as plans do. */
export function TimeInput({ value, onChange, empty, ...rest }: TimeInputProps) {
  const { readOnly } = useEditor();
  return (
    <TextInput
      {...rest}
      value={value}
      readOnly={readOnly}
      spellCheck={false}
      rightSection={empty === undefined ? undefined : <RangeEcho text={value} empty={empty} />}
      rightSectionWidth={empty === undefined ? undefined : '11rem'}
      onChange={(e) => onChange(e.currentTarget.value)}
      onBlur={() => {
        const written = planDuration(value);
        if (written !== undefined && written !== value && /[\s:]|^\d+(\.\d+)?$/.test(value.trim())) onChange(written);
      }}
    />
  );
}
