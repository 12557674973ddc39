import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PlaceButton } from './place-button';
import classes from './send.module.css';

interface Props {
  /** The kind of the failure, as the master names it. */
  kind?: string;
  /** Its own words, which are not translated. */
  message: string;
  place?: string;
  /** A line per call of the script, the innermost first. */
  stack?: string;
  /** Nothing has failed by this: it is only to be known. */
  harmless?: boolean;
  onPlace?: (place: string) => void;
}

/** What failed, in words that somebody understands, and what can be done; then what was said of it. */
export function Failure({ kind = '', message, place, stack, harmless = false, onPlace }: Props) {
  const { t } = useTranslation('send');
  const todo = t(`todo.${kind}`, { defaultValue: '' });
  return (
    <Alert
      variant="outline" color={harmless ? 'yellow' : 'red'} p="xs" data-testid="send-failure"
      title={kind && t(`fault.${kind}`, { defaultValue: kind })} classNames={harmless ? { title: classes.warn } : undefined}
    >
      {todo && <Text size="sm">{todo}</Text>}
      <Text size="sm" className={classes.value}>{message}</Text>
      {place && <PlaceButton place={place} onPlace={onPlace} />}
      {stack && <pre className={classes.stack} tabIndex={0} aria-label={t('stack')}>{stack}</pre>}
    </Alert>
  );
}
