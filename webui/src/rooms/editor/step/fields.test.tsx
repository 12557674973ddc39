import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { parsePlan, type Path } from '@/plan';
import { fieldsAt, schemaAt, type Schema } from '@/plan/schema';
import { EditorProvider, type EditorContext } from '../context';
import { PlanEditor } from '../state/plan-editor';
import { TransactionSettings } from '../transaction/transaction-settings';
import { StepSettings } from './step-settings';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../../plan/plan.schema.json'), 'utf8')) as Schema;
const text = `version: 1
transactions:
  - name: buy
    steps:
      - {name: login, set: {size: 20, tags: [a, {b: c}]}, request: {url: /login, timeout: 90}}
`;
const transaction: Path = ['transactions', 0];
const step: Path = ['transactions', 0, 'steps', 0];
const calls = { read: vi.fn(), save: vi.fn(), check: vi.fn() };
const drafts = { read: () => Promise.resolve(undefined), write: () => Promise.resolve(), remove: () => Promise.resolve() };

afterEach(cleanup);

/** The names that the schema has at a path, whichever way its value is written. */
function named(path: Path): string[] {
  const found = schemaAt(schema, path);
  const maps = [found, ...(found?.anyOf ?? [])];
  return [...new Set(maps.flatMap((s) => Object.keys(s?.properties ?? {})))];
}

function show(tab: React.ReactNode): PlanEditor {
  const editor = new PlanEditor('p', calls, drafts);
  editor.arrive({ name: 'p', text, revision: 'r', problems: [] } as unknown as Parameters<PlanEditor['arrive']>[0], 0);
  const client = new QueryClient();
  client.setQueryData(['plan-schema'], schema);
  const context: EditorContext = { plan: 'p', editor, state: editor.snapshot(), doc: parsePlan(text), readOnly: false, names: [], sent: null, go: () => {}, where: { path: step, tab: 'settings', view: 'form' } };
  render(
    <QueryClientProvider client={client}>
      <MantineProvider env="test">
        <EditorProvider value={context}>{tab}</EditorProvider>
      </MantineProvider>
    </QueryClientProvider>,
  );
  fireEvent.click(screen.getByText('all.label'));
  return editor;
}

/** What is not shown by name: a field of its own, or something that opens. */
function missing(path: Path): string[] {
  const folds = new Set(screen.getAllByRole('button', { hidden: true }).map((b) => b.textContent));
  return named(path).filter((name) => !screen.queryByTestId(`field-${[...path, name].join('.')}`) && !folds.has(name));
}

it.each([
  ['transaction', transaction, <TransactionSettings key="t" path={transaction} />],
  ['step', step, <StepSettings key="s" path={step} />],
] as const)('shows every field that the format has in a %s', (_, path, tab) => {
  expect(named(path).length).toBeGreaterThan(5);
  show(tab);
  expect(missing(path)).toEqual([]);
});

it('shows every field of a request', () => {
  show(<StepSettings path={step} />);
  const [fold] = screen.getAllByRole('button', { hidden: true }).filter((b) => b.textContent === 'request');
  if (!fold) throw new Error('no request');
  fireEvent.click(fold);
  expect(missing([...step, 'request'])).toEqual([]);
});

it('changes a field that no other form has', () => {
  const editor = show(<StepSettings path={step} />);
  fireEvent.change(screen.getByTestId('field-transactions.0.steps.0.enabled'), { target: { value: 'false' } });
  const field = screen.getByTestId('field-transactions.0.steps.0.name');
  fireEvent.change(field, { target: { value: 'sign in' } });
  expect(editor.snapshot().doc.scalar([...step, 'name'])).toBe('sign in');
});

it('takes 90 for ninety seconds, and writes numbers as numbers', () => {
  const editor = show(<StepSettings path={step} />);
  fireEvent.change(screen.getByLabelText('settings.redirects'), { target: { value: '3' } });
  fireEvent.blur(screen.getByLabelText('settings.timeout.total'));
  expect(editor.snapshot().doc.get([...step, 'request'])).toEqual({ url: '/login', timeout: '1m30s', follow_redirects: 3 });
});

it('keeps lists and maps that a step sets while another variable changes', () => {
  const editor = show(<StepSettings path={step} />);
  const set = [...step, 'set'];
  fireEvent.change(within(screen.getByTestId('kv-set-row-0')).getByLabelText('pairs.valueOf'), { target: { value: '30' } });
  expect(editor.snapshot().doc.get(set)).toEqual({ size: 30, tags: ['a', { b: 'c' }] });
});

it('knows a kind for everything within steps and transactions', () => {
  const doc = parsePlan(text);
  const walk = (path: Path, depth: number): string[] =>
    depth === 0 ? [] : fieldsAt(schema, doc, path).flatMap((f) => [...(f.types.length === 0 ? [f.path.join('.')] : []), ...(f.name === 'steps' || f.name === 'else' ? [] : walk(f.path, depth - 1))]);
  expect([...walk(transaction, 4), ...walk(step, 4)]).toEqual([]);
});
