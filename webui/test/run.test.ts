// A run on two workers, from the page: started, watched, changed, stopped; a worker that
// dies, a page that is loaded again, a second browser, a master that is started again.
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

interface RunJSON {
  state: string;
  total: { requests: number };
  workers: { id: string; lost: boolean }[];
}

let browser: Browser;
let shop: { url: string; program: Program };
let workspace: ReturnType<typeof folder>;
let master: Master;
let workers: Program[] = [];

const PLAN = (url: string) => `version: 1
name: stroll
base_url: ${url}
transactions:
  - name: look
    think: 20ms
    steps:
      - name: items
        request: {url: "/items?page=1&size=5"}
        check: [{status: 200}]
load: {users: 8, spawn_rate: 8, duration: 5m}
`;

async function ready(count: number): Promise<void> {
  await until(`${count} workers are ready`, async () => (await api<WorkerLine[]>(master, '/workers')).filter((w) => w.state === 'ready').length === count);
}

beforeAll(async () => {
  workspace = folder();
  [browser, shop, master] = await Promise.all([launch(), startShop(), startMaster(workspace.path)]);
  mkdirSync(join(workspace.path, 'plans'), { recursive: true });
  writeFileSync(join(workspace.path, 'plans', 'stroll.yaml'), PLAN(shop.url));
  workers = [await startWorker(master, 'east'), await startWorker(master, 'west')];
  await ready(2);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(workers.map((w) => w.stop()));
  await master?.program.stop();
  await shop?.program.stop();
  workspace?.remove();
});

/** Starts the plan in the page, and gives the number of the run. */
async function start(visit: Visit): Promise<string> {
  await visit.go('/plans');
  await visit.page.getByTestId('plan-row-stroll').getByRole('button', { name: 'Start stroll' }).click();
  await visit.id('start-submit').click();
  await visit.page.waitForURL(/#\/runs\/\d+/);
  return /#\/runs\/(\d+)/.exec(visit.page.url())?.[1] ?? '';
}

/** The number that a tile shows. */
async function tile(visit: Visit, name: string): Promise<string> {
  return await visit.id(`tile-${name}`).innerText();
}

describe('a run in the page', () => {
  it('is started, watched by two browsers, changed and stopped', async () => {
    const visit = await Visit.begin(browser, master.url);
    const number = await start(visit);
    await visit.page.locator('[data-testid=chart-rps][data-points]').waitFor();
    await expect.poll(() => tile(visit, 'users'), { timeout: 30_000 }).toMatch(/\b8\b/);
    await expect.poll(() => tile(visit, 'workers'), { timeout: 30_000 }).toMatch(/2\s*\/\s*2/);
    await visit.id('run-strip').first().waitFor();

    // A second browser sees the same run, with what came before it looked.
    const second = await Visit.begin(browser, master.url, { language: 'zh', theme: 'dark' });
    await second.go('/');
    await second.page.waitForURL(new RegExp(`#/runs/`));
    await expect.poll(() => tile(second, 'users'), { timeout: 30_000 }).toMatch(/\b8\b/);

    // The load is changed in the first one, and both see it.
    await visit.page.locator('main').getByTestId('edit-load').click();
    await visit.id('edit-users-value').fill('3');
    await visit.id('edit-submit').click();
    for (const v of [visit, second]) await expect.poll(() => tile(v, 'users'), { timeout: 30_000 }).toMatch(/\b3\b/);

    // A reload shows the run from its first second.
    await visit.page.reload();
    await visit.page.locator('[data-testid=chart-rps][data-points]').waitFor();
    const points = Number(await visit.id('chart-rps').getAttribute('data-points'));
    expect(points).toBeGreaterThan(3);

    await visit.page.locator('main').getByTestId('stop').click();
    await visit.page.locator('main').getByTestId('stop-confirm').first().click();
    await until('the run has stopped', async () => (await api<RunJSON>(master, `/runs/${number}`)).state === 'stopped');
    for (const v of [visit, second]) await expect.poll(() => v.id('run-strip').count(), { timeout: 30_000 }).toBe(0);

    // What the page shows in the end is what was counted, to the last request.
    const result = await api<RunJSON>(master, `/runs/${number}`);
    await expect.poll(() => visit.page.locator('main').innerText(), { timeout: 30_000 }).toContain(`${result.total.requests.toLocaleString('en-GB')} requests`);
    expect(visit.errors).toEqual([]);
    expect(second.errors).toEqual([]);
    await visit.end();
    await second.end();
  });

  it('shows a worker that is killed, and goes on', async () => {
    await ready(2);
    const visit = await Visit.begin(browser, master.url);
    const number = await start(visit);
    await expect.poll(() => tile(visit, 'workers'), { timeout: 30_000 }).toMatch(/2\s*\/\s*2/);
    await workers[1]?.stop('SIGKILL');
    await expect.poll(() => tile(visit, 'workers'), { timeout: 40_000 }).toMatch(/1\s*\/\s*2/);
    await visit.page.goto(`${master.url}/#/runs/${number}?tab=events`);
    await visit.page.locator('main').getByText(/west/).first().waitFor();
    await visit.page.goto(`${master.url}/#/workers`);
    await visit.page.locator('[data-testid=worker-row-west][data-state=lost]').waitFor({ timeout: 40_000 });
    await api(master, `/runs/${number}/stop`, { body: { now: true } });
    await until('the run has ended', async () => ['stopped', 'failed'].includes((await api<RunJSON>(master, `/runs/${number}`)).state));
    expect(visit.errors).toEqual([]);
    await visit.end();
    workers[1] = await startWorker(master, 'west');
    await ready(2);
  });

  it('is there again when the master was started again under an open page', async () => {
    const visit = await Visit.begin(browser, master.url);
    const number = await start(visit);
    await expect.poll(async () => Number(await visit.id('chart-rps').getAttribute('data-points')), { timeout: 30_000 }).toBeGreaterThan(4);
    const port = new URL(master.url).host;
    const etcd = master.etcd;
    await master.program.stop('SIGKILL');
    await visit.page.locator('[data-testid=conn-pill][data-state=reconnecting], [data-testid=conn-pill][data-state=offline]').waitFor();
    master = await startMaster(workspace.path, port);
    expect(master.etcd).not.toBe('');
    await visit.page.locator('[data-testid=conn-pill][data-state=live]').waitFor({ timeout: 30_000 });
    await until('the run is among the stored ones', async () => ['failed', 'stopped'].includes((await api<RunJSON>(master, `/runs/${number}`)).state));
    await expect.poll(async () => Number(await visit.id('chart-rps').getAttribute('data-points')), { timeout: 30_000 }).toBeGreaterThan(4);
    await visit.page.locator('main').getByText(/the master ended before the run did/i).first().waitFor({ timeout: 30_000 });
    void etcd;
    await visit.end();
    await Promise.all(workers.map((w) => w.stop('SIGKILL')));
    workers = [];
  });
});
