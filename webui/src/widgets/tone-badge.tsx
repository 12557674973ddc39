import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './badge.module.css';

/** What a colour says; each has the contrast of a text in both themes. */
export type Tone = 'quiet' | 'good' | 'warn' | 'bad' | 'busy';

export interface ToneBadgeProps {
  tone: Tone;
  /** Says the same as the colour, for those who do not see that. */
  icon?: Icon;
  pulse?: boolean;
  title?: string;
  testId?: string;
  children: ReactNode;
}

/** A word with a colour and an icon. */
export function ToneBadge({ tone, icon: Mark, pulse, title, testId, children }: ToneBadgeProps) {
  const look = [classes.badge, classes[tone], pulse && classes.pulse].filter(Boolean).join(' ');
  return (
    <span className={look} title={title} data-testid={testId} data-tone={tone}>
      {Mark && <Mark size={14} aria-hidden />}
      {children}
    </span>
  );
}
