import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { HEX_WIDTH, hexLine } from './hex';
import classes from './send.module.css';

const LINE = 18;

/** Bytes as hex; only the lines in sight are made. */
export function HexView({ bytes }: { bytes: Uint8Array }) {
  const { t } = useTranslation('send');
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useVirtualizer({ count: Math.ceil(bytes.length / HEX_WIDTH), getScrollElement: () => scroller.current, estimateSize: () => LINE, overscan: 20 });
  return (
    <div ref={scroller} className={classes.hex} tabIndex={0} role="region" aria-label={t('hex')}>
      <div className={classes.space} style={{ height: lines.getTotalSize() }}>
        {lines.getVirtualItems().map((line) => (
          <div key={line.index} className={classes.line} style={{ transform: `translateY(${line.start}px)` }}>{hexLine(bytes, line.index)}</div>
        ))}
      </div>
    </div>
  );
}
