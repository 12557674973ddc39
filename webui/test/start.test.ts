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
  writeFileSync(file(), `version: 1\nname: walk # ours\nbase_url: ${shop.url}\ntransactions: [{name: look, think: 100ms, steps: [{name: items, request: {url: /items}}]}]\nload: {users: 500, spawn_rate: 10, duration: 30m}\nthresholds: [p95 < 2s]\n`);
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
  // The master has looked at that too; while it looks, what axe sees changes.
  await expect.poll(() => visit.id('start-submit').isEnabled()).toBe(true);
  await visit.accessible('start dialog with differences');

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

it('says what failed in its last Send once, and sends all once', async () => {
  const cart = (word: string) => `version: 1\nname: cart\nbase_url: ${shop.url}\nvariables: {word: ${word}}\nsetup: [{name: hello, request: {url: /items}}]\ntransactions:\n  - {name: look, steps: [{name: items, request: {url: /items}}]}\n  - {name: pay, steps: [{name: total, request: {url: /items}, check: [{body: {contains: "{{word}}"}}]}]}\nload: {users: 1, duration: 1s}\n`;
  const write = (path: string, text: string) => {
    mkdirSync(join(workspace.path, path, '..'), { recursive: true });
    writeFileSync(join(workspace.path, path), text);
  };
  write('plans/cart.yaml', cart('nowhere'));
  write('plans/nap.yaml', 'version: 1\nname: nap\ntransactions: [{name: nap, script: "function transaction(user) sleep(\'40s\') end"}]\nload: {users: 1, duration: 1s}\n');
  write('environments/stage.yaml', 'variables: {word: items}\n');
  const visit = await Visit.begin(browser, master.url);
  const { page } = visit;
  const dialog = visit.id('start-dialog');
  const line = visit.id('preflight-sent');

  // It fails in the editor, whose panel is put away then.
  await visit.go('/plans/cart/tx/pay');
  await visit.id('send-once').click();
  await expect.poll(() => visit.id('send-result').getAttribute('data-ok')).toBe('false');
  await page.getByRole('button', { name: 'Show or hide Send once' }).click();
  await visit.id('send-result').waitFor({ state: 'detached' });

  // The dialog knows, on another page, and starts nothing until that is ignored.
  await visit.go('/runs?start=cart');
  await line.getByText(/pay failed in its last Send once.*: Check failed/).waitFor();
  expect(await line.getAttribute('data-level')).toBe('bad');
  await visit.id('start-blocked').getByText('pay failed in its last Send once').waitFor();
  expect(await visit.id('start-submit').isEnabled()).toBe(false);
  await visit.accessible('start dialog with a failed send');
  await line.getByRole('button', { name: 'Ignore once: pay' }).click();
  await expect.poll(() => visit.id('start-submit').isEnabled()).toBe(true);
  expect(await line.getAttribute('data-level')).toBe('warn');
  await line.getByRole('button', { name: 'Do not ignore: pay' }).click();
  await visit.id('start-blocked').getByRole('button', { name: 'Ignore once' }).click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('start-submit');

  // Open shows what was sent; after a reload it says at least how that was.
  await line.getByRole('link', { name: 'Open pay' }).click();
  await page.waitForURL(/#\/plans\/cart\/tx\/pay$/);
  await expect.poll(() => visit.id('send-result').getAttribute('data-ok')).toBe('false');
  await page.reload();
  await visit.id('send-earlier').getByText(/It failed at .*: total – Check failed/).waitFor();
  await visit.go('/runs?start=cart');
  await line.waitFor();

  // Another environment: the failure is not of that. All of the plan is sent with it.
  await visit.id('start-environment').click();
  await page.getByRole('option', { name: 'stage' }).click();
  await visit.id('preflight-sent-elsewhere').waitFor();
  await expect.poll(() => visit.id('start-submit').isEnabled()).toBe(true);
  await visit.id('send-all').click();
  await visit.id('sent-passed').getByText('2 of 2 transactions passed').waitFor();
  expect(await dialog.getByTestId(/^preflight-sent/).count()).toBe(0);
  await visit.id('differs-environment').getByRole('button', { name: /Use what the plan says/ }).click();
  await visit.id('send-all').click();
  await line.getByText(/pay failed/).waitFor();
  expect(await visit.id('sent-passed').innerText()).toBe('1 of 2 transactions passed their last Send once');
  // Each transaction has its part of it beside it.
  await line.getByRole('link', { name: 'Open pay' }).click();
  await expect.poll(() => visit.id('send-result').getAttribute('data-ok')).toBe('false');
  expect(await visit.id('step-result-1').innerText()).toContain('(setup) / hello');
  expect(await visit.id('step-result-2').innerText()).toContain('total');
  await visit.go('/plans/cart/tx/look');
  await expect.poll(() => visit.id('send-result').getAttribute('data-ok')).toBe('true');
  // Once the plan is another one, what was sent says nothing any more.
  await visit.go('/runs?start=cart');
  await line.waitFor();
  write('plans/cart.yaml', cart('items'));
  await line.waitFor({ state: 'detached' });

  // What takes long can be ended.
  await visit.go('/runs?start=nap');
  await visit.id('send-all').click();
  await dialog.getByText(/Sending for \d+ s/).waitFor();
  await visit.id('send-all-cancel').click();
  await visit.id('send-all').waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'the same button').toBe('send-all');
  expect(visit.errors).toEqual([]);
  await visit.end();
});
