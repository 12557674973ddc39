// Send once and the Lua editor with targets that misbehave: what somebody reads and can do then.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { launch, Visit } from './browser';
import { folder, type Master, startMaster } from './programs';

let browser: Browser;
let target: Server;
let workspace: ReturnType<typeof folder>;
let master: Master;
let visit: Visit;

const BODIES: Record<string, [type: string, body: Buffer]> = {
  '/gbk': ['text/plain; charset=gbk', Buffer.from([0xd6, 0xd0, 0xce, 0xc4])],
  '/image': ['image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="7" height="5"/>')],
  '/odd': ['application/json', Buffer.from('{"a.b":[{"it\'s":"{{x}}"}],"id":12345678901234567890}')],
  '/end': ['application/json', Buffer.from('{}')],
};

function plan(site: string): string {
  const one = (name: string, url: string) => `  - name: ${name}\n    steps: [{name: ${name}, request: {url: "${url}"}}]\n`;
  const script = 'function transaction(user)\n        log.info("begins")\n        check("is wrong", false)\n        error("it broke")\n      end';
  return `version: 1\nname: faults\nload: {users: 1, duration: 1s}\ntransactions:\n${one('refused', 'http://127.0.0.1:1/')}${one('nowhere', 'http://no-such-host.invalid/')}${one('gbk', `${site}/gbk`)}${one('image', `${site}/image`)}${one('odd', `${site}/odd`)}${one('hops', `${site}/hop`)}  - name: lua\n    script: |\n      ${script}\n`;
}

beforeAll(async () => {
  target = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/hop') return response.writeHead(302, { Location: '/end', 'Set-Cookie': 'seen=yes; Path=/; HttpOnly' }).end();
    const [type, body] = BODIES[path] ?? ['text/plain', Buffer.from('?')];
    return response.writeHead(200, { 'Content-Type': type }).end(body);
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  workspace = folder();
  mkdirSync(join(workspace.path, 'plans'), { recursive: true });
  writeFileSync(join(workspace.path, 'plans', 'faults.yaml'), plan(`http://127.0.0.1:${(target.address() as AddressInfo).port}`));
  [browser, master] = await Promise.all([launch(), startMaster(workspace.path)]);
});

afterAll(async () => {
  await browser?.close();
  await master?.program.stop();
  target?.close();
  workspace?.remove();
});

beforeEach(async () => {
  visit = await Visit.begin(browser, master.url);
});

afterEach(async () => {
  await visit.end();
});

const result = () => visit.id('send-result').innerText();

/** Sends a transaction, and waits until that is said of it. */
async function send(transaction: string, says: RegExp): Promise<void> {
  await visit.go(`/plans/faults/tx/${transaction}`);
  await visit.id('send-once').click();
  await expect.poll(result).toMatch(says);
}

it('says in words what failed', async () => {
  await send('refused', /Connection refused[\s\S]*nothing listens/);
  await send('nowhere', /Host not found/);
  await visit.accessible('a failure');
});

it('shows bodies as what they are', async () => {
  await send('gbk', /Read as gbk[\s\S]*中文/);
  await send('image', /200/);
  await expect.poll(() => visit.id('body-image').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(7);
  await send('hops', /302[\s\S]*GET \/hop[\s\S]*200[\s\S]*GET \/end/);
  await visit.id('hops').getByRole('button').first().click();
  await visit.page.getByRole('tab', { name: /Cookies/ }).click();
  await expect.poll(result).toContain('HttpOnly');
});

it('makes rows of nodes with odd keys that hold', async () => {
  await send('odd', /200/);
  for (const [path, button] of [["$['a.b'][0]['it\\'s']", 'node-extract'], ["$['a.b'][0]['it\\'s']", 'node-check'], ['$.id', 'node-check']] as const) {
    await visit.go('/plans/faults/tx/odd');
    await visit.page.locator(`[role=treeitem][title=${JSON.stringify(path)}]`).click();
    await visit.id(button).click();
    await visit.page.waitForURL(/step=1/);
  }
  await visit.id('send-once').click();
  await expect.poll(result).toContain('3/3 checks');
  expect(await result()).toContain('s = "{{x}}"');
});

it('leads to the line of a script that failed, behind a check that failed before it', async () => {
  await send('lua', /it broke/);
  await visit.page.getByRole('button', { name: /faults\.yaml:\d+/ }).last().click();
  await expect.poll(() => visit.page.locator('.cm-activeLine').innerText()).toContain('it broke');
});

it('helps who writes a script', async () => {
  await visit.go('/plans/faults/tx/lua?tab=script');
  const editor = visit.id('lua-editor');
  await visit.id('lua-insert').click();
  await visit.page.getByRole('menuitem', { name: 'finish(user, ok)' }).click();
  await editor.pressSequentially('check("all", ');
  await expect.poll(() => visit.id('lua-signature').innerText()).toContain('check(name, ok [, detail])');
  expect(await visit.id('lua-signature').locator('b').innerText()).toContain('ok');
  await editor.pressSequentially('ok');
  await expect.poll(() => visit.id('lua-checked').innerText()).toContain('✓');
  await visit.id('lua-docs').click();
  await visit.id('lua-docs-panel').getByRole('textbox').fill('hmac');
  await expect.poll(() => visit.id('lua-docs-panel').innerText()).toContain('crypto.hmac(');
  await visit.accessible('the docs beside a script');
});

it('keeps the text of a library that somebody else deletes', async () => {
  const library = join(workspace.path, 'scripts', 'cart.lua');
  mkdirSync(join(workspace.path, 'scripts'), { recursive: true });
  writeFileSync(library, 'local cart = {}\nreturn cart\n');
  await visit.go('/scripts/cart.lua');
  await visit.id('lua-editor').click();
  await visit.page.keyboard.press('Control+Home');
  await visit.page.keyboard.type('-- mine ');
  rmSync(library);
  await visit.page.keyboard.press('Control+S');
  await visit.id('script-deleted').getByRole('button').click();
  await expect.poll(() => existsSync(library)).toBe(true);
  expect(readFileSync(library, 'utf8')).toBe('-- mine local cart = {}\nreturn cart\n');
  await expect.poll(() => visit.id('script-deleted').count()).toBe(0);
});

it('sends nothing while the master is away, and says so', async () => {
  await visit.go('/plans/faults/tx/odd');
  await expect.poll(() => visit.id('send-once').isEnabled()).toBe(true);
  const { port } = new URL(master.url);
  await master.program.stop();
  await visit.id('send-barred').waitFor();
  expect(await visit.id('send-once').isDisabled()).toBe(true);
  master = await startMaster(workspace.path, `127.0.0.1:${port}`);
  await visit.id('send-barred').waitFor({ state: 'detached' });
  expect(await visit.id('send-once').isEnabled()).toBe(true);
});
