import { beforeEach, expect, it } from 'vitest';
import { undoKey } from './use-editor-keys';

beforeEach(() => {
  document.body.innerHTML = `
    <input id="filter" />
    <div data-editor-form>
      <input id="field" /><input id="box" type="checkbox" />
      <textarea id="bulk" data-own-undo></textarea>
      <div id="code" contenteditable="true"></div>
    </div>`;
});

function pressed(id: string, init: KeyboardEventInit): ReturnType<typeof undoKey> {
  let means: ReturnType<typeof undoKey>;
  const listen = (event: KeyboardEvent) => (means = undoKey(event));
  addEventListener('keydown', listen);
  document.querySelector(`#${id}`)?.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...init }));
  removeEventListener('keydown', listen);
  return means;
}

it.each([
  ['field', { key: 'z', ctrlKey: true }, 'undo'],
  ['field', { key: 'Z', ctrlKey: true, shiftKey: true }, 'redo'],
  ['field', { key: 'y', ctrlKey: true }, 'redo'],
  ['box', { key: 'z', metaKey: true }, 'undo'],
  ['field', { key: 'z' }, undefined],
  ['field', { key: 'z', ctrlKey: true, altKey: true }, undefined],
  ['filter', { key: 'z', ctrlKey: true }, undefined],
  ['bulk', { key: 'z', ctrlKey: true }, undefined],
  ['code', { key: 'z', ctrlKey: true }, undefined],
] as const)('in %s %j means %s', (id, keys, means) => {
  expect(pressed(id, keys)).toBe(means);
});
