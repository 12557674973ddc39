import { Anchor, Code } from '@mantine/core';

interface Props {
  place: string;
  onPlace?: (place: string) => void;
}

/** A place in the plan or a script; leads there where somebody listens. */
export function PlaceButton({ place, onPlace }: Props) {
  if (!onPlace) return <Code>{place}</Code>;
  return (
    <Anchor component="button" type="button" size="xs" ff="monospace" underline="always" mih={24} ta="start" onClick={() => onPlace(place)}>
      {place}
    </Anchor>
  );
}
