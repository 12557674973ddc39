// The start dialog against the real program: it follows the fleet, says in what it differs
// from the plan, and who has the workers.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, Visit } from './browser';
import { api, folder, type Master, type Program, startMaster, startShop, startWorker, until } from './programs';

let browser: Browser;
let shop: { url: string; program: Program };
let workspace: ReturnType<typeof folder>;
let master: Master;
let worker: Program | undefined;

const file = () => join(workspace.path, 'plans', 'walk.yaml');

beforeAll(async () => {
  workspace = folder();
  [browser, shop, master] = await Promise.all([launch(), startShop(), startMaster(workspace.path)]);
  mkdirSync(join(workspace.path, 'plans'), { recursive: true });
  writeFileSync(file(), `version: 1\nname: walk # ours\nbase_url: ${shop.url}\ntransactions: [{name: look, steps: [{name: items, request: {url: /items}}]}]\nload: {users: 500, spawn_rate: 10, duration: 30m}\nthresholds: [p95 < 2s]\n`);
});

afterAll(async () => {
  await browser?.close();
  await worker?.stop();
  await master?.program.stop();
  await shop?.program.stop();
  workspace?.remove();
});

it('follows the fleet, and changes nothing of the plan without saying so', async () => {
  const visit = await Visit.begin(browser, master.url);
  const { page } = visit;
  await visit.go('/plans?start=walk');
  await visit.id('preflight-waits').getByRole('link', { name: 'To the workers' }).waitFor();
  expect(await visit.id('start-thresholds').innerText()).toContain('p95 < 2s');
  // A worker joins: nobody types, and the dialog knows.
  worker = await startWorker(master, 'one');
  await visit.id('preflight-workers').waitFor();

  // Another kind of load begins with what the plan says.
  await visit.id('start-load-users').check();
  expect([await visit.id('start-users').inputValue(), await visit.id('start-spawnRate').inputValue(), await visit.id('start-duration').inputValue()]).toEqual(['500', '10', '30m']);
  expect(await visit.id('start-differs').count()).toBe(0);
  await visit.id('start-users').fill('four');
  await visit.id('start-blocked').getByText('Users is not valid').waitFor();
  await visit.id('start-blocked').getByRole('button').click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('start-users');
  await visit.id('start-users').fill('4');
  await visit.id('start-gracefulStop').fill('0:02');
  await visit.id('differs-users').getByText('Users: 500 → 4').waitFor();
  expect(await visit.id('differs-users').getAttribute('data-remembered')).toBe(null);
  // One of them goes to the plan, which keeps its comment.
  await visit.id('differs-gracefulStop').getByRole('button', { name: /Save to the plan/ }).click();
  await visit.id('differs-gracefulStop').waitFor({ state: 'detached' });
  expect(readFileSync(file(), 'utf8')).toContain('name: walk # ours');
  expect(readFileSync(file(), 'utf8')).toContain('graceful_stop: 2s');
  await visit.accessible('start dialog with differences');

  await expect.poll(() => visit.id('start-submit').isEnabled()).toBe(true);
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/#\/runs\/\d+/);
  const number = /runs\/(\d+)/.exec(page.url())?.[1] ?? '';
  await until('four users', async () => (await api<{ load: { peak_users: number }[] }>(master, `/runs/${number}`)).load[0]?.peak_users === 4);

  // What was typed then is remembered, and is no secret; the worker is taken.
  await visit.go('/plans?start=walk');
  await visit.id('differs-users').getByText('your last run').waitFor();
  await visit.id('preflight-waits').getByText(`run #${number} holds the only one`).waitFor();
  await visit.id('differs-users').getByRole('button', { name: /Use what the plan says/ }).click();
  expect(await visit.id('start-users').inputValue()).toBe('500');
  await api(master, `/runs/${number}/stop`, { body: { now: true } });
  await visit.id('preflight-workers').waitFor();
  expect(visit.errors).toEqual([]);
  await visit.end();
});
