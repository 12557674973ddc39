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

/** A URL as a hop shows it: without the origin that is that of the first one. */
export function shortURL(url: string, first: string): string {
  const origin = /^[a-z]+:\/\/[^/?#]+/i.exec(first)?.[0];
  return origin && url.startsWith(origin) && url !== origin ? url.slice(origin.length) : url;
}

/** The requests of a step that was redirected, each under the one that led to it. */
export function Hops({ attempts, chosen, onChoose }: Props) {
  const { t } = useTranslation('send');
  const first = attempts[0]?.request.url ?? '';
  return (
    <ol className={classes.hops} aria-label={t('attempts')} tabIndex={0} data-testid="hops">
      {attempts.map((attempt, i) => (
        <li key={i}>
          <UnstyledButton className={classes.hop} aria-pressed={i === chosen} onClick={() => onChoose(i)} title={attempt.request.url}>
            <span className="numbers">{i + 1}</span>
            <span>{attempt.response?.status ?? t('noResponse')}</span>
            <span className={classes.hopURL}>{attempt.request.method} {shortURL(attempt.request.url, first)}</span>
            <span className="numbers">{formatMs(attempt.timing.total)}</span>
          </UnstyledButton>
        </li>
      ))}
    </ol>
  );
}
