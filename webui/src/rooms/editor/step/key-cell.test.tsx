import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parsePlan } from '@/plan';
import { EditorProvider, type EditorContext } from '../context';
import { PlanEditor } from '../state/plan-editor';
import { KeyCell, matching } from './key-cell';

const calls = { read: vi.fn(), save: vi.fn(), check: vi.fn() };
const drafts = { read: () => Promise.resolve(undefined), write: () => Promise.resolve(), remove: () => Promise.resolve() };
const editor = new PlanEditor('p', calls, drafts);
const context: EditorContext = {
  plan: 'p', editor, state: editor.snapshot(), doc: parsePlan(''), readOnly: false, names: [], sent: null, go: () => {},
  where: { path: [], tab: '', view: 'form' },
};
const changed = vi.fn<(name: string) => void>();

beforeEach(() => {
  changed.mockClear();
  render(
    <MantineProvider env="test">
      <EditorProvider value={context}>
        <KeyCell value="pag" label="name" taken={['page']} onChange={changed} />
      </EditorProvider>
    </MantineProvider>,
  );
});
afterEach(cleanup);

const input = () => screen.getByLabelText('name', { selector: 'input' });
const type = (value: string) => fireEvent.change(input(), { target: { value } });

it('holds a name back while it is that of another row', () => {
  type('page');
  expect(changed).not.toHaveBeenCalled();
  type('page_size');
  expect(changed).toHaveBeenCalledExactlyOnceWith('page_size');
});

it('takes the name of another row when the field is left', () => {
  type('page');
  fireEvent.blur(input());
  expect(changed).toHaveBeenCalledExactlyOnceWith('page');
});

it('keeps a row whose name is deleted to be typed anew', () => {
  type('');
  expect(changed).not.toHaveBeenCalled();
});

it('offers first what begins as it was typed', () => {
  expect(matching(['Cache-Control', 'Accept', 'Content-Type'], 'cont')).toEqual(['Content-Type', 'Cache-Control']);
});
