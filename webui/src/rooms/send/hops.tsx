import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Attempt } from '@/api/types';
import { formatMs } from '@/widgets';
import classes from './send.module.css';

interface Props {
  attempts: readonly Attempt[];
  chosen: number;
  onChoose: (index: number) => void;
}

/** The requests of a step that was redirected, each under the one that led to it. */
export function Hops({ attempts, chosen, onChoose }: Props) {
  const { t } = useTranslation('send');
  return (
    <ol className={classes.hops} aria-label={t('attempts')} tabIndex={0} data-testid="hops">
      {attempts.map((attempt, i) => (
        <li key={i}>
          <UnstyledButton className={classes.hop} aria-pressed={i === chosen} onClick={() => onChoose(i)} title={attempt.request.url}>
            <span className="numbers">{i + 1}</span>
            <span>{attempt.response?.status ?? t('noResponse')}</span>
            <span className={classes.hopURL}>{attempt.request.method} {attempt.request.url}</span>
            <span className="numbers">{formatMs(attempt.timing.total)}</span>
          </UnstyledButton>
        </li>
      ))}
    </ol>
  );
}
