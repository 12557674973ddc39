import { useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import { preferences } from './preferences';

interface Stroke {
  key: string;
  mod: boolean;
  alt: boolean;
  /** undefined: whether Shift is held is what makes the character, such as "?". */
  shift: boolean | undefined;
}

/** Reads "mod+shift+Enter", "g p", "alt+ArrowUp", "?"; mod is Ctrl, and ⌘ on a Mac. */
export function parseKeys(keys: string): Stroke[] {
  return keys.split(' ').map((stroke) => {
    const parts = stroke.split('+');
    const key = parts.pop() ?? '';
    const has = (name: string) => parts.includes(name);
    const sign = key.length === 1 && key.toLowerCase() === key.toUpperCase();
    return { key, mod: has('mod'), alt: has('alt'), shift: sign ? undefined : has('shift') };
  });
}

const isMac = /mac|iphone|ipad/i.test(navigator.userAgent);

type Keys = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

export function matches(event: Keys, stroke: Stroke, mac = isMac): boolean {
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  return (
    event.key.toLowerCase() === stroke.key.toLowerCase() && mod === stroke.mod && !other && event.altKey === stroke.alt && (stroke.shift === undefined || event.shiftKey === stroke.shift)
  );
}

/** Whether somebody is writing there, so that single letters are theirs. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('[contenteditable="true"]')) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit', 'range', 'file', 'color'].includes(target.type);
  return target.matches('textarea, select, [role="textbox"], [role="combobox"], [role="listbox"], [role="menu"], [role="menuitem"]');
}

/** Between the keys of "g p" there may be this much, in ms. */
const PAUSE = 1500;

/**
 * Closes the menus that are open. They would close with the next key, and then take the focus back
 * from what the keys opened.
 */
function closeMenus(): void {
  const menus = [...document.querySelectorAll('[role="menu"]')].filter((menu) => !menu.parentElement?.closest('[role="menu"]'));
  if (menus.length === 0) return;
  flushSync(() => {
    for (const menu of menus) menu.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
  });
}

export interface ShortcutOptions {
  enabled?: boolean;
  /** Works in dialogs too; without it a dialog keeps the keys from the page below. */
  inDialogs?: boolean;
}

/**
 * Does something when keys are pressed anywhere on the page. Keys without Ctrl, ⌘ or Alt
 * do nothing in inputs, while an input method composes, and when they are switched off in
 * the settings. Who handled the key before (an editor, say) keeps it. A menu that is open closes.
 */
export function useShortcut(keys: string, handler: (event: KeyboardEvent) => void, { enabled = true, inDialogs = false }: ShortcutOptions = {}): void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const strokes = parseKeys(keys);
    let done = 0;
    let last = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.key === 'Shift') return;
      if (event.timeStamp - last > PAUSE) done = 0;
      const stroke = strokes[done];
      if (!stroke || !matches(event, stroke)) {
        done = 0;
        return;
      }
      const plain = !stroke.mod && !stroke.alt;
      if (plain && (!preferences().shortcuts || isTyping(event.target))) return;
      if (!inDialogs && document.querySelector('[role="dialog"][aria-modal="true"]')) return;
      last = event.timeStamp;
      if (++done < strokes.length) return;
      done = 0;
      event.preventDefault();
      closeMenus();
      latest.current(event);
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [keys, enabled, inDialogs]);
}

const MAC: Record<string, string> = { mod: '⌘', shift: '⇧', alt: '⌥' };
const OTHER: Record<string, string> = { mod: 'Ctrl', shift: 'Shift', alt: 'Alt' };
const NAMES: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Enter: '⏎', Escape: 'Esc', Space: 'Space' };

/** The keys as they are written on the keyboard: one list per stroke. */
export function keyNames(keys: string, mac = isMac): string[][] {
  const modifiers = mac ? MAC : OTHER;
  return keys.split(' ').map((stroke) => stroke.split('+').map((k) => modifiers[k] ?? NAMES[k] ?? (k.length === 1 && stroke.includes('+') ? k.toUpperCase() : k)));
}
