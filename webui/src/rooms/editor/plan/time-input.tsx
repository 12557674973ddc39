import { TimeInput as Input, type TimeInputProps as InputProps } from '@/widgets/time-input';
import { useEditor } from '../context';
import { RangeEcho } from '../step/range-echo';

export interface TimeInputProps extends InputProps {
  /** What nothing means here; shown beside the empty field. */
  empty?: string;
}

/** A duration that is part of something larger, such as of a load. */
export function TimeInput({ empty, ...rest }: TimeInputProps) {
  const { readOnly } = useEditor();
  return (
    <Input
      {...rest}
      readOnly={readOnly}
      rightSection={empty === undefined ? undefined : <RangeEcho text={rest.value} empty={empty} />}
      rightSectionWidth={empty === undefined ? undefined : '11rem'}
    />
  );
}
