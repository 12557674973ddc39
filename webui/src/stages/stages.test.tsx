import { MantineProvider } from '@mantine/core';
import { cleanup, createEvent, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startI18n } from '@/i18n';
import type { StageRow } from '@/plan/load';
import { StagesTable } from '.';

beforeAll(() => startI18n());
afterEach(cleanup);

const STAGES: StageRow[] = [
  { name: 'up', jump: false, level: '40', duration: '30s' },
  { name: 'hold', jump: false, level: '40', duration: '1m' },
  { name: 'peak', jump: true, level: '90', duration: '10s' },
];

function setup(stages = STAGES) {
  let now: readonly StageRow[] = stages;
  function Held() {
    const [rows, setRows] = useState<readonly StageRow[]>(stages);
    now = rows;
    return <MantineProvider><StagesTable stages={rows} onChange={setRows} /></MantineProvider>;
  }
  render(<Held />);
  return { names: () => now.map((s) => s.name), rows: () => now };
}

describe('stages', () => {
  it('are moved by Alt and arrows, and the focus goes with them', async () => {
    const { names } = setup();
    const field = screen.getByLabelText('Duration of stage 2');
    fireEvent.keyDown(field, { key: 'ArrowUp', altKey: true });
    expect(names()).toEqual(['hold', 'up', 'peak']);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(document.activeElement).toBe(screen.getByLabelText('Duration of stage 1'));
    // At the end there is nothing to move over.
    fireEvent.keyDown(screen.getByLabelText('Duration of stage 1'), { key: 'ArrowUp', altKey: true });
    fireEvent.keyDown(screen.getByLabelText('Duration of stage 1'), { key: 'ArrowDown' });
    expect(names()).toEqual(['hold', 'up', 'peak']);
  });

  it('are dragged to another place', () => {
    const { names } = setup();
    const row = (i: number) => screen.getByTestId(`stage-${i}`);
    const grip = row(0).querySelector('[draggable]');
    if (!grip) throw new Error('nothing to drag by');
    fireEvent.dragStart(grip, { dataTransfer: { setData: () => undefined } });
    const over = createEvent.dragOver(row(2), {});
    Object.defineProperty(over, 'clientY', { value: 1 }); // the lower half of a row without a height
    fireEvent(row(2), over);
    fireEvent.drop(row(2));
    expect(names()).toEqual(['hold', 'peak', 'up']);
  });

  it('are written as plans do when a field is left, and add up', () => {
    const { rows } = setup();
    const field = screen.getByLabelText('Duration of stage 1');
    fireEvent.change(field, { target: { value: '1:30' } });
    expect(screen.getByText('Total 0:02:40')).toBeTruthy();
    fireEvent.blur(field);
    expect(rows()[0]?.duration).toBe('1m30s');
    // Only the last may go on until it is stopped.
    fireEvent.change(field, { target: { value: '' } });
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });

  it('are of a kind that people know, up to the highest level there is', () => {
    const { rows } = setup();
    fireEvent.click(screen.getByTestId('preset-spike'));
    expect(rows().map((s) => s.level)).toEqual(['9', '90', '9']);
    fireEvent.change(screen.getByTestId('preset-top'), { target: { value: '500' } });
    fireEvent.click(screen.getByTestId('preset-ramp'));
    expect(rows().map((s) => s.level)).toEqual(['500', '500', '1']);
  });
});
