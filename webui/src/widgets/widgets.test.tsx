import { MantineProvider, Menu } from '@mantine/core';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import en from '@/i18n/en';
import { ConfirmInPlace } from './confirm-in-place';
import { DEFAULTS, setPreferences } from './preferences';
import { sparklinePath } from './sparkline';
import { keyNames, matches, parseKeys, useShortcut } from './use-shortcut';

beforeAll(() => i18next.use(initReactI18next).init({ lng: 'en', resources: { en }, interpolation: { escapeValue: false } }));
afterEach(() => {
  cleanup();
  setPreferences(DEFAULTS);
});

function Keys({ keys, pressed, enabled }: { keys: string; pressed: () => void; enabled?: boolean }) {
  useShortcut(keys, pressed, { enabled });
  return (
    <>
      <input aria-label="field" />
      <div role="dialog" aria-label="none" />
    </>
  );
}

const press = (key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body) => fireEvent.keyDown(target as Element, { key, ...more });

describe('useShortcut', () => {
  it('waits for all keys of a sequence, in order', () => {
    const pressed = vi.fn();
    render(<Keys keys="g p" pressed={pressed} />);
    press('p');
    press('g');
    press('x');
    press('p');
    expect(pressed).not.toHaveBeenCalled();
    press('g');
    press('p');
    expect(pressed).toHaveBeenCalledOnce();
  });

  it('leaves single letters to inputs and input methods, and to who switched them off', () => {
    const pressed = vi.fn();
    render(<Keys keys="?" pressed={pressed} />);
    press('?', { shiftKey: true }, screen.getByLabelText('field'));
    press('?', { isComposing: true });
    act(() => setPreferences({ shortcuts: false }));
    press('?');
    expect(pressed).not.toHaveBeenCalled();
    act(() => setPreferences({ shortcuts: true }));
    press('?', { shiftKey: true });
    expect(pressed).toHaveBeenCalledOnce();
  });

  it('takes keys with Ctrl in inputs too, but not those that somebody handled', () => {
    const pressed = vi.fn();
    render(<Keys keys="mod+k" pressed={pressed} />);
    const field = screen.getByLabelText('field');
    field.addEventListener('keydown', (event) => event.preventDefault(), { once: true });
    press('k', { ctrlKey: true }, field);
    expect(pressed).not.toHaveBeenCalled();
    press('K', { ctrlKey: true }, field);
    press('k', { ctrlKey: true, shiftKey: true }, field);
    expect(pressed).toHaveBeenCalledOnce();
  });

  it('does nothing behind a dialog, nor when it is switched off', () => {
    const pressed = vi.fn();
    const { rerender } = render(<Keys keys="?" pressed={pressed} />);
    screen.getByRole('dialog').setAttribute('aria-modal', 'true');
    press('?');
    screen.getByRole('dialog').removeAttribute('aria-modal');
    rerender(<Keys keys="?" pressed={pressed} enabled={false} />);
    press('?');
    expect(pressed).not.toHaveBeenCalled();
  });

  it('closes a menu first, with the focus back where that came from', () => {
    const there = vi.fn(() => [screen.queryByRole('menu'), document.activeElement?.textContent]);
    render(
      <MantineProvider env="test">
        <Keys keys="mod+k" pressed={there} />
        <Menu>
          <Menu.Target><button type="button">open</button></Menu.Target>
          <Menu.Dropdown><Menu.Item>act</Menu.Item></Menu.Dropdown>
        </Menu>
      </MantineProvider>,
    );
    const target = screen.getByText('open');
    target.focus();
    fireEvent.click(target);
    const item = screen.getByRole('menuitem');
    item.focus();
    press('k', { ctrlKey: true }, item);
    expect(there).toHaveReturnedWith([null, 'open']);
  });

  it('uses ⌘ on a Mac', () => {
    const [stroke] = parseKeys('mod+s');
    const keys = { key: 's', altKey: false, shiftKey: false };
    expect(stroke && matches({ ...keys, metaKey: true, ctrlKey: false }, stroke, true)).toBe(true);
    expect(stroke && matches({ ...keys, metaKey: false, ctrlKey: true }, stroke, true)).toBe(false);
    expect(keyNames('mod+shift+Enter', true)).toEqual([['⌘', '⇧', '⏎']]);
    expect(keyNames('g p', false)).toEqual([['g'], ['p']]);
    expect(keyNames('mod+k', false)).toEqual([['Ctrl', 'K']]);
  });
});

describe('ConfirmInPlace', () => {
  const show = (done: () => void) =>
    render(
      <MantineProvider>
        <ConfirmInPlace label="Stop" question="Stop #42?" confirm="Yes, stop" keep="Keep running" onConfirm={done} />
      </MantineProvider>,
    );

  it('asks before it does it', () => {
    const done = vi.fn();
    show(done);
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    expect(done).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'Yes, stop' }));
    expect(done).toHaveBeenCalledOnce();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Stop' }));
  });

  it('does nothing after Escape or Keep', () => {
    const done = vi.fn();
    show(done);
    for (const leave of [() => press('Escape', {}, screen.getByRole('group')), () => fireEvent.click(screen.getByRole('button', { name: 'Keep running' }))]) {
      fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
      leave();
      expect(screen.queryByRole('group')).toBeNull();
    }
    expect(done).not.toHaveBeenCalled();
  });
});

describe('sparklinePath', () => {
  it('draws from zero, and leaves out what is not known', () => {
    expect(sparklinePath([0, 5, 10], 20, 10)).toBe('M0.0 10.0L10.0 5.0L20.0 0.0');
    expect(sparklinePath([10, NaN, 10], 20, 10)).toBe('M0.0 0.0M20.0 0.0');
    expect(sparklinePath([1], 20, 10, 2)).toBe('M0.0 5.0');
    expect(sparklinePath([0, 0], 20, 10)).toBe('M0.0 10.0L20.0 10.0');
    expect(sparklinePath([], 20, 10)).toBe('');
  });

  it('has of many values the peaks, and no more than two to a pixel', () => {
    const values = Array.from({ length: 3600 }, (_, i) => (i === 1801 ? 100 : i === 2400 ? -100 : i < 400 ? NaN : i % 3));
    const path = sparklinePath(values, 90, 20);
    expect(path.match(/[ML]/g)?.length).toBeLessThanOrEqual(180);
    expect(path).toMatch(/^M10\.0 /);
    expect(path).toContain('L45.0 0.0');
    expect(path).toContain('L60.0 20.0');
  });
});
