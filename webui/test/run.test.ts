// A run on two workers, from the page: started, watched, changed, stopped; a worker that
// dies, a page that is loaded again, a second browser, a master that is started again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launch, Visit } from './browser';
import { api, folder, type Master, type Program, startMaster, startShop, startWorker, stopRuns, until } from './programs';

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
    think: 100ms
    steps:
      - name: items
        request: {url: "/items?page=1&size=5"}
        check: [{status: 200}]
load: {users: 8, spawn_rate: 8, duration: 5m}
`;

/** Every second request of it fails. */
const STUMBLE = (url: string) => `version: 1
name: stumble
base_url: ${url}
transactions:
  - name: stumble
    think: 100ms
    steps:
      - name: items
        request: {url: "/items?page=1&size=5"}
      - name: nothing
        request: {url: "/nothing/here"}
        on_failure: continue
load: {users: 4, spawn_rate: 8, duration: 5m}
`;

async function ready(count: number): Promise<void> {
  await until(`${count} workers are ready`, async () => (await api<WorkerLine[]>(master, '/workers')).filter((w) => w.state === 'ready').length === count);
}

beforeAll(async () => {
  workspace = folder();
  [browser, shop, master] = await Promise.all([launch(), startShop(), startMaster(workspace.path)]);
  mkdirSync(join(workspace.path, 'plans'), { recursive: true });
  writeFileSync(join(workspace.path, 'plans', 'stroll.yaml'), PLAN(shop.url));
  writeFileSync(join(workspace.path, 'plans', 'stumble.yaml'), STUMBLE(shop.url));
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

afterEach(async () => {
  await stopRuns(master);
});

/** Starts a plan in the page, and gives the number of the run. */
async function start(visit: Visit, plan = 'stroll'): Promise<string> {
  await visit.go('/plans');
  await visit.page.getByTestId(`plan-row-${plan}`).getByRole('button', { name: `Start ${plan}` }).click();
  await visit.id('start-submit').click();
  await visit.page.waitForURL(/#\/runs\/\d+/);
  return /#\/runs\/(\d+)/.exec(visit.page.url())?.[1] ?? '';
}

/** How many seconds the small line of a row shows. */
async function seconds(visit: Visit, row: string): Promise<number> {
  const path = await visit.id(row).locator('svg[width="90"] path').getAttribute('d');
  return (path ?? '').split(/[ML]/).length - 1;
}

/** How many seconds of a row the page has asked for: those that it shows without those that it has heard since it was loaded. */
async function fetched(visit: Visit, row: string): Promise<number> {
  const heard = await visit.page.evaluate(() => (window as unknown as { __lh: { ticks: number } }).__lh.ticks);
  return (await seconds(visit, row)) - heard;
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
    await expect.poll(() => tile(visit, 'users')).toMatch(/\b8\b/);
    await expect.poll(() => tile(visit, 'workers')).toMatch(/2\s*\/\s*2/);
    expect(await visit.id('run-strip').count()).toBe(0); // its own page says it all

    // A second browser sees the same run, with what came before it looked.
    const second = await Visit.begin(browser, master.url, { language: 'zh', theme: 'dark' });
    await second.go('/');
    await second.page.waitForURL(new RegExp(`#/runs/`));
    await expect.poll(() => tile(second, 'users')).toMatch(/\b8\b/);

    // The load is changed in the first one, and both see it.
    await visit.page.locator('main').getByTestId('edit-load').click();
    await visit.id('edit-users-value').fill('3');
    await visit.id('edit-submit').click();
    for (const v of [visit, second]) await expect.poll(() => tile(v, 'users')).toMatch(/\b3\b/);

    // A reload shows the run from its first second.
    await visit.page.reload();
    await visit.page.locator('[data-testid=chart-rps][data-points]').waitFor();
    const points = Number(await visit.id('chart-rps').getAttribute('data-points'));
    expect(points).toBeGreaterThan(3);

    await second.go('/workers');
    await second.id('run-strip').waitFor();
    await visit.page.locator('main').getByTestId('stop').click();
    await visit.page.locator('main').getByTestId('stop-confirm').first().click();
    await until('the run has stopped', async () => (await api<RunJSON>(master, `/runs/${number}`)).state === 'stopped');
    await expect.poll(() => second.id('run-strip').count()).toBe(0);

    // What the page shows in the end is what was counted, to the last request.
    const result = await api<RunJSON>(master, `/runs/${number}`);
    await expect.poll(() => visit.page.locator('main').innerText()).toContain(`${result.total.requests.toLocaleString('en-GB')} requests`);
    expect(visit.errors).toEqual([]);
    expect(second.errors).toEqual([]);
    await visit.end();
    await second.end();
  });

  it('shows when failures were and how rows went, also of the time before a reload and after the end', async () => {
    await ready(2);
    const visit = await Visit.begin(browser, master.url);
    const number = await start(visit, 'stumble');
    await expect.poll(() => tile(visit, 'users')).toMatch(/\b4\b/);
    await visit.page.goto(`${master.url}/#/runs/${number}?tab=errors`);
    await expect.poll(() => seconds(visit, 'err-row-0')).toBeGreaterThan(5);
    await visit.page.reload();
    const row = visit.id('err-row-0');
    await row.waitFor();
    await expect.poll(() => fetched(visit, 'err-row-0')).toBeGreaterThan(3);
    await expect.poll(() => row.innerText()).toMatch(/404[^]*00:00[^]*\d\d:\d\d:\d\d[^]*00:\d\d[^]*\d\d:\d\d:\d\d[^]*east, west/);
    await visit.accessible('errors of a run under way');

    await visit.page.goto(`${master.url}/#/runs/${number}?tab=transactions`);
    await visit.page.reload();
    await visit.id('tx-row-stumble').waitFor();
    for (const line of ['tx-row-stumble', 'tx-total']) await expect.poll(() => fetched(visit, line)).toBeGreaterThan(3);

    await api(master, `/runs/${number}/stop`, { body: {} });
    await until('the run has ended', async () => (await api<RunJSON>(master, `/runs/${number}`)).state === 'stopped');
    await visit.page.goto(`${master.url}/#/runs/${number}?tab=errors`);
    await visit.page.reload();
    const { errors } = await api<{ errors: { count: number; first_seen: number; last_seen: number }[] }>(master, `/runs/${number}`);
    expect(errors[0]?.last_seen).toBeGreaterThan(errors[0]?.first_seen ?? Infinity);
    await expect.poll(() => row.innerText()).toContain((errors[0]?.count ?? 0).toLocaleString('en-GB'));
    expect(await row.locator('svg[width="90"]').count()).toBe(0);
    await visit.page.goto(`${master.url}/#/runs/${number}`);
    await expect.poll(() => visit.id('named').innerText()).toMatch(/Worst transactions[^]*stumble/);
    expect(visit.errors).toEqual([]);
    await visit.end();
  });

  it('is aborted and discarded, but only with its number, and comes back', async () => {
    await ready(2);
    const visit = await Visit.begin(browser, master.url);
    const number = await start(visit);
    await expect.poll(() => tile(visit, 'users')).toMatch(/\b8\b/);
    await visit.id('stop-menu').click();
    await visit.id('menu-now').click();
    await expect.poll(() => visit.id('stop-now').evaluate((e) => e === document.activeElement)).toBe(true);
    await visit.page.locator('main').getByRole('button', { name: 'Keep running' }).click();
    await visit.id('stop-menu').click();
    await visit.id('menu-discard').click();
    // Who asks for little motion sees nothing fade: the menu is gone where the dialog is.
    await visit.id('discard-number').waitFor();
    expect(await visit.page.getByRole('menu').count()).toBe(0);
    await visit.id('discard-number').fill(`${number}0`);
    expect(await visit.id('discard-confirm').isDisabled()).toBe(true);
    await visit.page.keyboard.press('Enter');
    await visit.accessible('the question whether to discard a run');
    await visit.id('discard-number').fill(number);
    await visit.page.keyboard.press('Enter');
    await visit.page.waitForURL(/#\/runs$/);
    await visit.id('undo').waitFor();
    await until('the run is gone', async () => !(await api<{ number: number }[]>(master, '/runs')).some((run) => run.number === Number(number)));
    await expect.poll(() => visit.id(`runs-row-${number}`).count()).toBe(0);
    await visit.id('undo').click();
    await visit.id(`runs-row-${number}`).waitFor();
    expect(visit.errors.filter((e) => !/404/.test(e))).toEqual([]); // what its page still asked for is gone
    await visit.end();
  });

  it('shows a worker that is killed, and goes on', async () => {
    await ready(2);
    const visit = await Visit.begin(browser, master.url);
    const number = await start(visit);
    await expect.poll(() => tile(visit, 'workers')).toMatch(/2\s*\/\s*2/);
    await expect.poll(() => tile(visit, 'users')).toMatch(/\b8\b/);
    await workers[1]?.stop('SIGKILL');
    // Before it is given up the numbers wait for it, and the page does not call them fresh.
    await expect.poll(() => visit.id('silent').innerText()).toMatch(/Worker west is silent\. The numbers stand at \d\d:\d\d:\d\d/);
    expect(await visit.id('tile-rps').innerText()).toMatch(/as of \d\d:\d\d:\d\d/);
    await expect.poll(() => tile(visit, 'workers')).toMatch(/1\s*\/\s*2/);
    await expect.poll(() => visit.id('degraded').innerText()).toMatch(/\d\d:\d\d:\d\d: Worker west lost[^]*; its 4 users are missing/);
    await visit.page.goto(`${master.url}/#/runs/${number}?tab=events`);
    await visit.page.locator('main').getByText(/west/).first().waitFor();
    await visit.page.goto(`${master.url}/#/workers`);
    await visit.page.locator('[data-testid=worker-row-west][data-state=lost]').waitFor();
    expect((await api<RunJSON>(master, `/runs/${number}`)).state).toBe('running');
    expect(visit.errors).toEqual([]);
    await visit.end();
    // East stays with that run for the time in which the killed one might still report.
    workers[1] = await startWorker(master, 'north');
    await ready(1);
  });

  it('is there again when the master was started again under an open page', async () => {
    const visit = await Visit.begin(browser, master.url);
    const number = await start(visit);
    await expect.poll(async () => Number(await visit.id('chart-rps').getAttribute('data-points'))).toBeGreaterThan(4);
    const port = new URL(master.url).host;
    await master.program.stop('SIGKILL');
    await visit.page.locator('[data-testid=conn-pill][data-state=reconnecting], [data-testid=conn-pill][data-state=offline]').waitFor();
    expect(await visit.id('disconnected').innerText()).toMatch(/Connection lost \d\d:\d\d:\d\d — showing data up to then/);
    expect(await tile(visit, 'rps')).toMatch(/as of \d\d:\d\d:\d\d/);
    master = await startMaster(workspace.path, port);
    expect(master.etcd).not.toBe('');
    await visit.page.locator('[data-testid=conn-pill][data-state=live]').waitFor();
    await until('the run is among the stored ones', async () => ['failed', 'stopped'].includes((await api<RunJSON>(master, `/runs/${number}`)).state));
    await expect.poll(async () => Number(await visit.id('chart-rps').getAttribute('data-points'))).toBeGreaterThan(4);
    await visit.page.locator('main').getByText(/the master ended before the run did/i).first().waitFor();
    await visit.end();
    await Promise.all(workers.map((w) => w.stop('SIGKILL')));
    workers = [];
  });
});
