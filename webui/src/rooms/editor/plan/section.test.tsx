import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import i18next from 'i18next';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useSyncExternalStore } from 'react';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import en from '@/i18n/en';
import { scenariosAt } from '@/plan/load';
import { EditorProvider } from '../context';
import type { Section } from '../sections';
import { PlanEditor } from '../state/plan-editor';
import { PlanSection } from '.';

const schema = readFileSync(join(import.meta.dirname, '../../../../../plan/plan.schema.json'), 'utf8');

const text = `version: 1  # first
name: shop
defaults:
  timeout: 5s  # whole
variables: {size: 20, tags: [a, b]}
data:
  accounts: {file: data/accounts.csv, pick: unique}  # people
load: {users: 50, spawn_rate: 5, duration: 2m}
thresholds:
  - p95 < 200ms  # fast
  - no rule at all
transactions:
  - {name: browse, weight: 3, steps: [{request: {url: /}}]}
  - {name: buy, steps: [{use: pay}]}
blocks:
  pay: [{request: {url: /pay}}]
run: {seed: 7}
`;

const files = ['data/accounts.csv', 'data/old rows.csv'].map((path) => ({ path, size: 10, modified: '2026-01-01T00:00:00Z' }));
const deleted: string[] = [];

beforeAll(async () => {
  await i18next.use(initReactI18next).init({ lng: 'en', resources: { en }, interpolation: { escapeValue: false } });
  // Fields that grow with their text look at it again when fonts have come.
  Object.defineProperty(document, 'fonts', { value: new EventTarget(), configurable: true });
  vi.stubGlobal('fetch', (url: string, how?: RequestInit) => {
    if (how?.method === 'DELETE') deleted.push(url.replace(/.*api\/v1/, ''));
    return Promise.resolve(new Response(url.includes('schema') ? schema : url.includes('/files?') ? JSON.stringify(files) : '[]', { headers: { 'Content-Type': 'application/json' } }));
  });
});
afterEach(cleanup);

const never = { read: () => Promise.reject(new Error('not asked')), save: () => Promise.reject(new Error('not asked')), check: () => Promise.resolve([]) };
const noDrafts = { read: () => Promise.resolve(undefined), write: () => Promise.resolve(), remove: () => Promise.resolve() };

function Shown({ editor, section }: { editor: PlanEditor; section: Section }) {
  const state = useSyncExternalStore(editor.subscribe, editor.snapshot);
  return (
    <EditorProvider value={{ plan: 'shop', editor, state, doc: state.doc, readOnly: false, where: { section, path: [], tab: '', view: 'form' }, names: [], sent: null, go: () => undefined }}>
      <PlanSection section={section} editor={editor} />
    </EditorProvider>
  );
}

/** Shows a section of the plan; text() is what the plan is now. */
function show(section: Section): { text: () => string; editor: PlanEditor } {
  const editor = new PlanEditor('shop', never, noDrafts);
  editor.arrive({ name: 'shop', revision: '1', text, problems: [] }, 0);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider env="test"><Shown editor={editor} section={section} /></MantineProvider>
    </QueryClientProvider>,
  );
  return { text: () => editor.snapshot().doc.text, editor };
}

/** The text field of this name; lists of suggestions have the name of their field. */
function field(label: string | RegExp): HTMLInputElement {
  const found = screen.getAllByLabelText(label).find((e) => e instanceof HTMLInputElement && e.type !== 'radio');
  if (!(found instanceof HTMLInputElement)) throw new Error(`no field ${label}`);
  return found;
}

const type = (label: string | RegExp, value: string) => fireEvent.change(field(label), { target: { value } });
const replaced = (from: string, to: string) => {
  expect(text).toContain(from);
  return text.replace(from, to);
};

describe('a section changes its value, and nothing else', () => {
  it.each<[Section, string | RegExp, string, string, string]>([
    ['general', 'Name', 'store', 'name: shop', 'name: store'],
    ['defaults', 'Timeout', '7s', 'timeout: 5s', 'timeout: 7s'],
    ['defaults', 'Redirects to follow', '3', 'timeout: 5s  # whole\n', 'timeout: 5s  # whole\n  follow_redirects: 3\n'],
    ['variables', 'Value of size', '30', 'size: 20', 'size: 30'],
    ['data', 'File', 'data/b.csv', 'data/accounts.csv', 'data/b.csv'],
    ['data', 'Delimiter', ';', 'pick: unique}', 'pick: unique, delimiter: ";"}'],
    ['load', 'Users', '60', 'users: 50', 'users: 60'],
    ['run', 'Seed', '8', 'seed: 7', 'seed: 8'],
    ['run', 'Failures kept', '9', 'run: {seed: 7}\n', 'samples: {failures: 9}\nrun: {seed: 7}\n'],
  ])('%s: %s', (section, label, value, from, to) => {
    const { text: now } = show(section);
    type(label, value);
    expect(now()).toBe(replaced(from, to));
  });

  it('and a value that is taken away leaves nothing behind', () => {
    const { text: now } = show('run');
    type('Seed', '');
    expect(now()).toBe(replaced('run: {seed: 7}\n', ''));
  });

  it('variables that are lists stay lists when another one changes', () => {
    const { editor } = show('variables');
    type('Value of size', '30');
    expect(editor.snapshot().doc.get(['variables', 'tags'])).toEqual(['a', 'b']);
  });
});

describe('thresholds', () => {
  it('keeps the fields while a value is half typed', () => {
    const { text: now } = show('thresholds');
    const row = within(screen.getByTestId('rule-0'));
    fireEvent.change(row.getByLabelText('Value'), { target: { value: '' } });
    fireEvent.change(row.getByLabelText('Value'), { target: { value: '300ms' } });
    expect(now()).toBe(replaced('p95 < 200ms', 'p95 < 300ms'));
  });

  it('shows as text what the fields cannot say', () => {
    const { text: now } = show('thresholds');
    fireEvent.change(screen.getByLabelText('Rule 2 as text'), { target: { value: 'p99 < 1s' } });
    expect(now()).toBe(replaced('no rule at all', 'p99 < 1s'));
  });

  it('says none in another way than the default, and keeps the rules', () => {
    const { editor } = show('thresholds');
    const way = within(screen.getByTestId('thresholds-way'));
    fireEvent.click(way.getByLabelText('None'));
    expect(editor.snapshot().doc.get(['thresholds'])).toEqual([]);
    fireEvent.click(way.getByLabelText('Default'));
    expect(editor.snapshot().doc.get(['thresholds'])).toBeUndefined();
    fireEvent.click(way.getByLabelText('Own rules'));
    expect(editor.snapshot().doc.get(['thresholds'])).toEqual(['p95 < 200ms', 'no rule at all']);
  });
});

describe('files of the workspace', () => {
  it('are deleted when it was asked twice, and said to be read where they are', async () => {
    show('data');
    fireEvent.click(await screen.findByRole('button', { name: '2 files in the workspace' }));
    expect(screen.getByTestId('file-row-data/accounts.csv').textContent).toContain('This plan reads it');
    const row = within(screen.getByTestId('file-row-data/old rows.csv'));
    expect(row.queryByText('This plan reads it')).toBeNull();
    fireEvent.click(row.getByRole('button', { name: 'Delete', hidden: true }));
    expect(deleted).toEqual([]);
    row.getByText('Delete data/old rows.csv for good?');
    fireEvent.click(row.getByRole('button', { name: 'Delete', hidden: true }));
    await waitFor(() => expect(deleted).toEqual(['/files/content/data/old%20rows.csv']));
  });
});

describe('load', () => {
  it('keeps the values of a form while another is shown', () => {
    const { editor } = show('load');
    const form = within(screen.getByTestId('load-form'));
    fireEvent.click(form.getByLabelText('Stages'));
    expect(editor.snapshot().doc.get(['load', 'stages'])).toEqual([{ target: 50, duration: '10s' }, { target: 50, duration: '1m50s' }]);
    fireEvent.click(form.getByLabelText('Users'));
    expect(editor.snapshot().doc.get(['load'])).toEqual({ users: 50, spawn_rate: 5, duration: '2m' });
  });

  it('takes 90 for ninety seconds when the field is left', () => {
    const { text: now } = show('load');
    type('Run for', '90');
    fireEvent.blur(field('Run for'));
    expect(now()).toBe(replaced('2m', '1m30s'));
  });

  it('moves scenarios by Alt and arrows, but for what is moved within them', () => {
    const { editor } = show('load');
    fireEvent.click(within(screen.getByTestId('load-way')).getByLabelText('Scenarios'));
    fireEvent.click(screen.getByRole('button', { name: 'Add scenario' }));
    const names = () => scenariosAt(editor.snapshot().doc).map((s) => s.name);
    const [first, second] = names();
    fireEvent.keyDown(within(screen.getByTestId('scenario-0')).getByLabelText('Name'), { key: 'ArrowDown', altKey: true });
    expect(names()).toEqual([second, first]);
    fireEvent.keyDown(within(screen.getByTestId('scenario-0')).getByLabelText('Name'), { key: 'ArrowUp', altKey: true });
    expect(names()).toEqual([second, first]);
    const form = within(screen.getByTestId('scenario-0'));
    fireEvent.click(form.getByLabelText('Stages'));
    fireEvent.click(form.getByRole('button', { name: 'Add stage' }));
    fireEvent.change(form.getByLabelText('Name of stage 1'), { target: { value: 'one' } });
    fireEvent.keyDown(form.getByLabelText('Name of stage 1'), { key: 'ArrowDown', altKey: true });
    expect(names()).toEqual([second, first]);
    expect(scenariosAt(editor.snapshot().doc)[0]?.load?.stages.map((s) => s.name)).toEqual(['', 'one']);
  });

  it('keeps scenarios while one load is shown', () => {
    const { editor } = show('load');
    const way = within(screen.getByTestId('load-way'));
    fireEvent.click(way.getByLabelText('Scenarios'));
    fireEvent.click(screen.getByRole('button', { name: 'Add scenario' }));
    fireEvent.click(way.getByLabelText('One load'));
    expect(editor.snapshot().doc.get(['load'])).toEqual({ users: 50, spawn_rate: 5, duration: '2m' });
    fireEvent.click(way.getByLabelText('Scenarios'));
    expect(editor.snapshot().doc.size(['scenarios'])).toBe(2);
  });

  it('gives a scenario transactions of its own, with their weights', () => {
    const { editor } = show('load');
    fireEvent.click(within(screen.getByTestId('load-way')).getByLabelText('Scenarios'));
    fireEvent.click(screen.getByLabelText('Chosen ones'));
    fireEvent.change(screen.getByLabelText('Weight of buy'), { target: { value: '4' } });
    expect(editor.snapshot().doc.get(['scenarios', 0, 'transactions'])).toEqual({ browse: 3, buy: 4 });
  });
});

describe('blocks', () => {
  it('renames a block and what uses it', () => {
    const { text: now } = show('blocks');
    const name = screen.getByLabelText('Name of block pay');
    fireEvent.change(name, { target: { value: 'settle' } });
    fireEvent.blur(name);
    expect(now()).toBe(replaced('use: pay', 'use: settle').replace('  pay: [', '  settle: ['));
  });
});

describe('all fields', () => {
  it('writes a field that has no form, and takes it away', async () => {
    const { text: now } = show('defaults');
    fireEvent.click(screen.getByRole('button', { name: 'All fields' }));
    fireEvent.click(await screen.findByRole('button', { name: 'defaults' }));
    const input = await waitFor(() => screen.getByTestId('field-defaults.max_response_body'));
    fireEvent.change(input, { target: { value: '1MiB' } });
    expect(now()).toBe(replaced('timeout: 5s  # whole\n', 'timeout: 5s  # whole\n  max_response_body: 1MiB\n'));
    fireEvent.change(input, { target: { value: '' } });
    expect(now()).toBe(text);
  });

  it('adds entries and items', async () => {
    const { editor } = show('load');
    fireEvent.click(screen.getByRole('button', { name: 'All fields' }));
    fireEvent.click(await screen.findByRole('button', { name: 'scenarios' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Add to scenarios' }));
    expect(editor.snapshot().doc.get(['scenarios'])).toEqual([{}]);
  });
});
