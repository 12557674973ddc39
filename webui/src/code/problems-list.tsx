import { UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './code.module.css';
import type { Finding } from './findings';

interface Props {
  findings: readonly Finding[];
  onChoose: (finding: Finding) => void;
}

/** What is wrong with the script; a click goes there. */
export function ProblemsList({ findings, onChoose }: Props) {
  const { t } = useTranslation('code');
  if (findings.length === 0) return null;
  return (
    <ul className={classes.problems} data-testid="problems" aria-label={t('problems')}>
      {findings.map((finding) => {
        const Icon = finding.level === 'error' ? IconCircleX : IconAlertTriangle;
        return (
          <li key={`${finding.from}:${finding.message}`}>
            <UnstyledButton className={classes.problem} onClick={() => onChoose(finding)}>
              <Icon size={14} aria-label={t(finding.level)} className={classes[finding.level]} />
              <span className={classes.place}>
                {finding.line}:{finding.column}
              </span>
              <span>
                {finding.message}
                {finding.hint && ` – ${finding.hint}`}
              </span>
              <span className={classes.source}>{finding.sources.map((source) => t(`source.${source}`)).join(', ')}</span>
            </UnstyledButton>
          </li>
        );
      })}
    </ul>
  );
}
