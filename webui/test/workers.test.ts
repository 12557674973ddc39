// The fleet, from the page: from none to some, what a worker says of itself, and how it goes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, Visit } from './browser';
import { api, folder, type Master, type Program, startMaster, startShop, startWorker, until } from './programs';

interface WorkerLine {
  id: string;
  state: string;
}

let browser: Browser;
let shop: { url: string; program: Program };
let workspace: ReturnType<typeof folder>;
let master: Master;
let visit: Visit;
const started: Program[] = [];

const PLAN = (url: string) => `version: 1
name: stroll
base_url: ${url}
transactions:
  - name: look
    think: 100ms
    steps: [{name: items, request: {url: /items}}]
load: {users: 4, duration: 5m}
`;

async function worker(id: string): Promise<Program> {
  const program = await startWorker(master, id);
  started.push(program);
  await visit.page.locator(`[data-testid=worker-row-${id}][data-state=ready]`).waitFor();
  return program;
}

/** Chooses from the menu of a worker's row. */
async function choose(id: string, item: string): Promise<void> {
  await visit.id(`worker-row-${id}`).getByRole('button', { name: `Actions for ${id}` }).click();
  await visit.page.getByRole('menuitem', { name: item }).click();
  await visit.page.getByRole('menu').waitFor({ state: 'detached' });
}

beforeAll(async () => {
  workspace = folder();
  [browser, shop, master] = await Promise.all([launch(), startShop(), startMaster(workspace.path)]);
  mkdirSync(join(workspace.path, 'plans'), { recursive: true });
  writeFileSync(join(workspace.path, 'plans', 'stroll.yaml'), PLAN(shop.url));
  visit = await Visit.begin(browser, master.url, { width: 1280, height: 720 });
});

afterAll(async () => {
  await browser.close();
  await Promise.all(started.map((w) => w.stop('SIGKILL')));
  await Promise.all([master.program.stop(), shop.program.stop('SIGTERM')]);
  workspace.remove();
});

describe('the fleet', () => {
  it('begins with none, starts one on this machine, and sees another one come', async () => {
    await visit.go('/workers');
    await visit.id('no-workers').waitFor();
    await visit.accessible('no workers');
    await visit.id('start-here').click();
    await visit.page.locator('[data-testid^=worker-row-][data-state=ready]').waitFor();
    await visit.id('add-worker').click();
    await expect.poll(() => visit.id('join-status').innerText()).toContain('Waiting for a worker');
    expect(await visit.id('join-command').innerText()).toContain(`--etcd ${master.etcd}`);
    started.push(await startWorker(master, 'guest'));
    await expect.poll(() => visit.id('join-status').innerText()).toContain('guest connected');
    await visit.page.keyboard.press('Escape');
    await visit.id('worker-row-guest').waitFor();
    await expect.poll(() => visit.id('worker-counts').innerText()).toMatch(/^2 ready/);
  });

  it('shows what a worker says of itself, and drains it once it has finished its run', async () => {
    const run = await api<{ id: string }>(master, '/runs', { body: { plan: 'stroll', owner: 'ann', workers: { ids: ['guest'] } } });
    await visit.page.locator('[data-testid=worker-row-guest][data-state=busy]').waitFor();
    await choose('guest', 'Details');
    await expect.poll(async () => Number(await visit.id('worker-chart-cpu').getAttribute('data-points'))).toBeGreaterThan(0);
    await expect.poll(() => visit.id('worker-run').innerText()).toContain('of ann');
    await expect.poll(() => visit.id('worker-log').innerText()).toContain(`a run begins run=${run.id}`);
    await expect.poll(() => visit.id('worker-flags').innerText()).toMatch(/--id\s+guest\s+given/);
    await visit.id('worker-log-level').selectOption('error');
    await expect.poll(() => visit.id('worker-log').innerText()).toContain('No lines of this level');
    await visit.accessible('the drawer of a worker');
    await visit.page.keyboard.press('Escape');
    await visit.id('worker-drawer').waitFor({ state: 'detached' });

    await choose('guest', 'Drain');
    expect(await visit.id('drain-question').innerText()).toContain('finishes the one that it has');
    await visit.accessible('whether to drain');
    await visit.page.keyboard.press('Escape'); // it stays
    await visit.id('drain-question').waitFor({ state: 'detached' });
    expect(await visit.id('worker-row-guest').getAttribute('data-state')).toBe('busy');
    await choose('guest', 'Drain');
    await visit.id('drain-confirm').click();
    await visit.page.locator('[data-testid=worker-row-guest][data-state=draining]').waitFor();
    expect(await visit.id('worker-counts').innerText()).toContain('1 draining');
    const { workers } = await api<{ workers: WorkerLine[] }>(master, '/preflight', { body: { plan: 'stroll' } });
    expect(workers.map((w) => w.id)).not.toContain('guest');

    await visit.go('/workers?w=guest');
    await api(master, `/runs/${run.id}/stop`, { body: {} });
    await visit.id('worker-gone').waitFor();
    await visit.page.keyboard.press('Escape');
    await visit.id('worker-row-guest').waitFor({ state: 'detached' });
    expect(started.at(-1)?.output).toContain('worker guest ends: a master asked it to finish');
    await until('the run has ended', async () => (await api<{ state: string }>(master, `/runs/${run.id}`)).state === 'stopped');
  });

  it('leaves an excluded worker out, keeps a lost one until it is dismissed, and says that it cannot be asked', async () => {
    const lone = await worker('lone');
    await choose('lone', 'Exclude from the next runs');
    await visit.id('worker-row-lone').getByText('Excluded').waitFor();
    const { workers } = await api<{ workers: WorkerLine[] }>(master, '/preflight', { body: { plan: 'stroll' } });
    expect(workers.map((w) => w.id)).not.toContain('lone');
    await choose('lone', 'Take into runs again');
    await visit.id('worker-row-lone').getByText('Excluded').waitFor({ state: 'detached' });

    await lone.stop('SIGKILL');
    await visit.page.locator('[data-testid=worker-row-lone][data-state=lost]').waitFor();
    expect(await visit.id('worker-counts').innerText()).toMatch(/^1 ready · 0 busy · 1 lost/);
    await visit.go('/workers?w=lone');
    await expect.poll(() => visit.id('worker-log-error').innerText()).toContain('could not be asked');
    await visit.id('worker-log-error').getByRole('button', { name: 'Retry' }).click();
    await visit.page.keyboard.press('Escape');
    await visit.id('worker-drawer').waitFor({ state: 'detached' });
    await choose('lone', 'Dismiss');
    await visit.id('worker-row-lone').waitFor({ state: 'detached' });
  });
});
