import { TextInput } from '@mantine/core';
import { useRef, useState, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { VisibleNode } from '../outline';
import classes from './tree.module.css';

/** A line of the tree while its name is typed; Escape leaves the name as it was. */
export function RenameLine({ line, name, onDone }: { line: VisibleNode; name: string; onDone: (name: string | null, byKey: boolean) => void }) {
  const { t } = useTranslation('editor');
  const [value, setValue] = useState(name);
  const over = useRef(false);
  const done = (result: string | null, byKey: boolean) => {
    if (over.current) return;
    over.current = true;
    onDone(result === name ? null : result, byKey);
  };
  return (
    <li role="none" className={classes.line} style={{ '--depth': line.depth } as CSSProperties}>
      <TextInput
        size="xs"
        autoFocus
        className={classes.rename}
        aria-label={t('name')}
        value={value}
        onFocus={(e) => e.currentTarget.select()}
        onChange={(e) => setValue(e.currentTarget.value)}
        // The browser's own menu has what is needed here.
        onContextMenu={(e) => e.stopPropagation()}
        onBlur={() => done(value.trim(), false)}
        onKeyDown={(e) => {
          e.stopPropagation();
          if (e.nativeEvent.isComposing) return;
          if (e.key === 'Enter') done(value.trim(), true);
          if (e.key === 'Escape') done(null, true);
        }}
      />
    </li>
  );
}
