// A master with a token: nothing without it, everything with it, and nothing again after logging out.
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, Visit } from './browser';
import { folder, type Master, startMaster } from './programs';

const TOKEN = 'a-token-for-the-browser-test-0123456789';

let browser: Browser;
let workspace: ReturnType<typeof folder>;
let master: Master;

beforeAll(async () => {
  workspace = folder();
  mkdirSync(join(workspace.path, 'plans'), { recursive: true });
  writeFileSync(join(workspace.path, 'token'), TOKEN, { mode: 0o600 });
  writeFileSync(join(workspace.path, 'plans', 'first.yaml'), 'version: 1\nname: first\nbase_url: http://127.0.0.1:1\ntransactions: [{name: look, steps: [{name: a, request: {url: /}}]}]\nload: {users: 1, duration: 5s}\n');
  [browser, master] = await Promise.all([launch(), startMaster(workspace.path, '127.0.0.1:0', '--token-file', join(workspace.path, 'token'))]);
});

afterAll(async () => {
  await browser?.close();
  await master?.program.stop();
  workspace?.remove();
});

describe('a master with a token', () => {
  it('asks for it, refuses a wrong one, and works with the right one until logging out', async () => {
    const visit = await Visit.begin(browser, master.url);
    const { page } = visit;
    await visit.go('/plans');
    await visit.id('login-token').waitFor();
    await visit.accessible('login');
    expect(await page.locator('html').innerText()).not.toContain('first');

    await visit.id('login-token').fill('not-the-token');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('401').waitFor();
    expect((await visit.context.cookies()).length).toBe(0);

    await visit.id('login-token').fill(TOKEN);
    await visit.id('login-submit').click();
    await visit.id('plan-row-first').waitFor();
    const [cookie] = await visit.context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(decodeURIComponent(cookie?.value ?? '')).not.toContain(TOKEN);
    // The token is kept nowhere that a script could read it.
    expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]))).not.toContain(TOKEN);

    // The socket is let in too: what happens on disk is told.
    await page.locator('[data-testid=conn-pill][data-state=live]').waitFor();
    const text = readFileSync(join(workspace.path, 'plans', 'first.yaml'), 'utf8');
    writeFileSync(join(workspace.path, 'plans', 'second.yaml'), text.replace('name: first', 'name: second'));
    // (The master begins to watch when the first page asks, so that the very first change may come too early.)
    await expect.poll(() => {
      utimesSync(join(workspace.path, 'plans', 'second.yaml'), new Date(), new Date());
      return visit.id('plan-row-second').count();
    }).toBe(1);

    // So are downloads, which the browser asks for by itself.
    await visit.go('/workers');
    await visit.id('add-worker').first().click();
    const link = page.locator('a[href*="downloads/"]').first();
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const began = await download.createReadStream();
    const bytes: Buffer = await new Promise((resolve, reject) => {
      began.once('data', resolve);
      began.once('error', reject);
    });
    expect(bytes.length).toBeGreaterThan(1000);
    began.destroy();

    // A reload does not ask again; logging out elsewhere ends this page too.
    await page.reload();
    await visit.id('workers-table').or(visit.id('no-workers')).first().waitFor();
    const anonymous = await fetch(`${master.url}/api/v1/plans`);
    expect(anonymous.status).toBe(401);
    const other = await visit.context.newPage();
    await other.goto(`${master.url}/#/settings`);
    await other.getByTestId('logout').click();
    await other.getByTestId('login-token').waitFor();
    expect(await other.locator('h1').count()).toBe(1);
    await visit.id('login-token').waitFor();
    expect((await visit.context.request.get(`${master.url}/api/v1/plans`)).status()).toBe(401);
    // Its old cookie opens nothing any more.
    const again = await fetch(`${master.url}/api/v1/plans`, { headers: { Cookie: `${cookie?.name}=${cookie?.value}` } });
    expect(again.status).toBe(401);
    expect(visit.errors.filter((e) => !/\b401\b/.test(e))).toEqual([]);
    await visit.end();
  });
});
