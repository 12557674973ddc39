// Everything by keyboard: no test in this file touches a mouse.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { launch, Visit } from './browser';
import { api, folder, type Master, type Program, startMaster, startShop, startWorker, stopRuns, until } from './programs';

let browser: Browser;
let shop: { url: string; program: Program };
let workspace: ReturnType<typeof folder>;
let master: Master;
let worker: Program;
let visit: Visit;

const PLAN = (url: string) => `version: 1
name: walk
base_url: ${url}
transactions:
  - name: look
    weight: 3
    think: 100ms
    steps:
      - name: items
        request: {url: /items}
  - name: buy
    think: 100ms
    steps:
      - name: echo
        request: {url: /echo}
load: {users: 4, spawn_rate: 4, duration: 10m}
`;

const onDisk = (plan: string) => readFileSync(join(workspace.path, 'plans', `${plan}.yaml`), 'utf8');

beforeAll(async () => {
  workspace = folder();
  [browser, shop, master] = await Promise.all([launch(), startShop(), startMaster(workspace.path)]);
  mkdirSync(join(workspace.path, 'plans'), { recursive: true });
  writeFileSync(join(workspace.path, 'plans', 'walk.yaml'), PLAN(shop.url));
  worker = await startWorker(master, 'one');
  await until('the worker is ready', async () => (await api<{ state: string }[]>(master, '/workers')).some((w) => w.state === 'ready'));
});

afterAll(async () => {
  await browser?.close();
  await worker?.stop();
  await master?.program.stop();
  await shop?.program.stop();
  workspace?.remove();
});

beforeEach(async () => {
  visit = await Visit.begin(browser, master.url);
});

afterEach(async () => {
  await stopRuns(master);
  expect(visit.errors).toEqual([]);
  await visit.end();
});

const press = async (...keys: string[]) => {
  for (const key of keys) await visit.page.keyboard.press(key);
};
/** Goes to a page with "g" and its key; pressed again where the machine was so busy that the pause between the two was too long. */
async function goWith(key: string, title: string): Promise<void> {
  const pressed = async () => {
    await press('g', key);
    return await heading();
  };
  await expect.poll(pressed, { interval: 1000 }).toBe(title);
}
const type = (text: string) => visit.page.keyboard.type(text);
const heading = () => visit.page.locator('h1').first().innerText();

/** What has the focus: its name for people, or its text. */
const focused = () =>
  visit.page.evaluate(() => {
    const e = document.activeElement;
    return e?.getAttribute('data-testid') ?? e?.getAttribute('aria-label') ?? e?.textContent ?? '';
  });

/** Whether the focus is in a dialog: what is typed before it is there is for nobody. */
const inDialog = () => visit.page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null);

/** Whether the focus can be seen: an outline, or what a field does with its border. */
async function focusIsSeen(): Promise<boolean> {
  return await visit.page.evaluate(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return false;
    const outline = (x: Element) => {
      const s = getComputedStyle(x);
      return s.outlineStyle !== 'none' && Number.parseFloat(s.outlineWidth) >= 1;
    };
    if (outline(e) || (e.parentElement !== null && outline(e.parentElement))) return true;
    const look = () => {
      getComputedStyle(e).borderColor; // begins what is animated, so that it can be ended
      for (const a of e.getAnimations()) a.finish();
      const { borderColor, boxShadow } = getComputedStyle(e);
      return `${borderColor} ${boxShadow}`;
    };
    const on = look();
    (e as HTMLElement).blur();
    const off = look();
    (e as HTMLElement).focus();
    return on !== off;
  });
}

/** Presses Tab until something has the focus, and fails when it cannot be reached. */
async function tabTo(selector: string, most = 80, key = 'Tab'): Promise<void> {
  for (let i = 0; i < most; i++) {
    if (await visit.page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)) return;
    await press(key);
  }
  throw new Error(`Tab does not lead to ${selector}; the focus is at ${await focused()}`);
}

describe('by keyboard', () => {
  it('the navigation is skipped, pages are gone to, and everything is found by its name', async () => {
    const { page } = visit;
    await visit.go('/plans');
    await visit.id('plan-row-walk').waitFor();
    // Also when its address is opened a page begins at its title, with all else of it before or behind.
    const tag = () => page.evaluate(() => document.activeElement?.tagName);
    await expect.poll(tag).toBe('H1');
    await page.reload();
    await visit.id('plan-row-walk').waitFor();
    await expect.poll(tag).toBe('H1');
    for (let i = 0; i < 40 && (await focused()) !== 'Skip to content'; i++) await press('Shift+Tab');
    expect(await focused()).toBe('Skip to content');
    expect(await focusIsSeen()).toBe(true);
    await press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    await press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);

    for (const [key, name] of [['w', 'Workers'], ['r', 'Runs'], ['p', 'Plans']] as const) {
      await goWith(key, name);
      // The focus goes where the page begins, so that what is read out is its title.
      await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    }

    // Letters that are typed into a field lead nowhere.
    await visit.id('plans-filter').waitFor();
    await press('/');
    await expect.poll(focused).toBe('plans-filter');
    await type('gw');
    expect(page.url()).toContain('#/plans');
    await press('Control+A', 'Delete');

    // The palette has the focus as soon as it is there: what is typed next is its, however busy the machine.
    await page.evaluate(() => {
      const watch = new MutationObserver(() => {
        const search = document.querySelector('[role=dialog] input');
        if (!search) return;
        document.body.dataset.first = String(document.activeElement === search);
        watch.disconnect();
      });
      watch.observe(document.body, { childList: true, subtree: true });
    });
    await press('Control+K');
    const palette = page.getByRole('dialog');
    await expect.poll(inDialog).toBe(true);
    expect(await page.evaluate(() => document.body.dataset.first)).toBe('true');
    await type('Plan walk');
    await expect.poll(() => palette.getByRole('button').allInnerTexts()).toEqual([expect.stringContaining('Plan walk')]);
    await press('ArrowDown', 'Enter');
    await page.waitForURL(/#\/plans\/walk/);
    // What was chosen has the keys at once: they are not lost in a palette that fades away.
    await expect.poll(tag).toBe('H1');
    expect(await palette.count()).toBe(0);

    await goWith('p', 'Plans');
    await visit.id('plan-row-walk').waitFor();
    await tabTo('[data-testid=plan-new]');
    await press('?');
    await visit.id('shortcut-sheet').getByText('Alt').first().waitFor();
    await press('Escape');
    await visit.id('shortcut-sheet').getByText('Alt').first().waitFor({ state: 'hidden' });
    await expect.poll(focused).toBe('plan-new');
  });

  it.each(['a menu', 'the menu of a line'])('the palette has the keys while %s is open, and gives them back', async (which) => {
    const { page } = visit;
    const menu = page.getByRole('menu');
    if (which === 'a menu') {
      await visit.go('/plans');
      await visit.id('plan-more-walk').waitFor();
      await tabTo('[data-testid=plan-more-walk]');
      await press('Enter');
    } else {
      await visit.go('/plans/walk');
      await page.getByRole('treeitem').first().waitFor();
      await tabTo('[role=treeitem]');
      await press('Home', 'Shift+F10');
    }
    await menu.waitFor();
    await press('ArrowDown');
    await press('Control+K');
    const search = page.getByRole('dialog').getByRole('textbox');
    await search.waitFor();
    await type('Workers');
    // (Longer than a menu that was closed late would wait before it takes the focus back.)
    await page.waitForTimeout(300);
    await type(' x');
    expect(await search.inputValue()).toBe('Workers x');
    expect(await menu.count()).toBe(0);
    await press('Escape');
    await expect.poll(focused).toBe(which === 'a menu' ? 'plan-more-walk' : 'tree-item-plan');
    await press('Control+K');
    await search.waitFor();
    await type('Workers');
    await press('Enter');
    await page.waitForURL(/#\/workers/);
  });

  it('a plan is made, changed in its tree and its fields, and saved', async () => {
    const { page } = visit;
    await visit.go('/plans');
    await visit.id('plan-row-walk').waitFor();
    await tabTo('[data-testid=plan-new]');
    expect(await focusIsSeen()).toBe(true);
    await press('Enter');
    await expect.poll(focused).toBe('plan-name');
    await press('Control+A');
    await type('by keys');
    await press('Enter');
    await page.waitForURL(/#\/plans\/by%20keys/);
    await page.getByRole('treeitem').first().waitFor();

    await tabTo('[role=treeitem]');
    expect(await focusIsSeen()).toBe(true);
    await press('Home');
    await type('browse');
    await expect.poll(focused).toMatch(/tree-item-transactions\/0$/);
    await press('ArrowLeft');
    await expect.poll(() => page.getByRole('treeitem', { name: /browse/ }).getAttribute('aria-expanded')).toBe('false');
    await press('ArrowRight', 'ArrowRight');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('list items');
    await press('Enter');
    await visit.id('url-input').waitFor();

    // Renamed in the tree, then a field of the form.
    await tabTo('[role=treeitem]', 80);
    await press('F2', 'Control+A');
    await type('first page');
    await press('Enter');
    await page.getByRole('treeitem', { name: /first page/ }).waitFor();
    await tabTo('[data-testid=url-input]');
    expect(await focusIsSeen()).toBe(true);
    await press('Control+A');
    await type('/items?page=1');
    await press('Control+S');
    await expect.poll(() => onDisk('by keys')).toContain('page');
    const saved = parse(onDisk('by keys')) as { transactions: { name: string; steps: { name: string; request: { url: string; query?: object } }[] }[] };
    expect(saved.transactions[0]?.steps[0]).toMatchObject({ name: 'first page' });
    await expect.poll(() => visit.id('dirty-dot').count()).toBe(0);
  });

  it('transactions are moved, and gone through', async () => {
    const { page } = visit;
    await visit.go('/plans/walk');
    await page.getByRole('treeitem', { name: /^look/ }).waitFor();
    await tabTo('[role=treeitem]');
    await press('Home');
    await type('buy');
    await expect.poll(focused).toMatch(/tree-item-transactions\/1$/);
    await press('Alt+ArrowUp');
    const names = () => page.locator('[role=treeitem][aria-level="2"]').filter({ hasText: /buy|look/ }).allInnerTexts();
    await expect.poll(async () => (await names()).map((n) => n.match(/buy|look/)?.[0])).toEqual(['buy', 'look']);
    await press('Control+S');
    await expect.poll(() => (parse(onDisk('walk')) as { transactions: { name: string }[] }).transactions.map((t) => t.name)).toEqual(['buy', 'look']);

    await press(']');
    await page.waitForURL(/\/tx\/(buy|look)/);
    const first = page.url();
    await press(']');
    await expect.poll(() => page.url()).not.toBe(first);
    await press('[');
    await expect.poll(() => page.url()).toBe(first);
  });

  it('a run is started, looked at and stopped', async () => {
    const { page } = visit;
    await visit.go('/plans/walk');
    await page.getByRole('treeitem').first().waitFor();
    await press('Control+Shift+Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    // Escape gives the focus back to where it was.
    await press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await tabTo('[data-testid=start-open]');
    await press('Enter');
    await dialog.waitFor();
    await expect.poll(inDialog).toBe(true);
    // Tab stays within.
    for (let i = 0; i < 30; i++) await press('Tab');
    expect(await inDialog()).toBe(true);
    await press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(focused).toBe('start-open');
    await press('Enter');
    // The focus is at the first field and stays there: a space typed at the close button would end it all.
    await dialog.waitFor();
    await expect.poll(focused).toBe('start-name');
    await type('by keyboard');
    expect(await visit.id('start-name').inputValue()).toBe('by keyboard');
    await expect.poll(() => visit.id('start-submit').isEnabled()).toBe(true);
    await press('Control+Enter');
    await page.waitForURL(/#\/runs\/\d+/);
    const number = /runs\/(\d+)/.exec(page.url())?.[1] ?? '';
    expect(await api(master, `/runs/${number}`)).toMatchObject({ plan: 'walk', name: 'by keyboard' });
    await page.locator('[data-testid=chart-rps][data-points]').waitFor();

    await tabTo('[data-testid=tab-overview]');
    await press('ArrowRight');
    await page.waitForURL(/tab=transactions/);
    await visit.id('tx-table').waitFor();
    expect(await focusIsSeen()).toBe(true);
    await press('ArrowLeft');
    await page.locator('[data-testid=chart-rps][data-points]').waitFor();

    await expect.poll(async () => Number(await visit.id('chart-rps').getAttribute('data-points'))).toBeGreaterThan(5);
    await tabTo('[data-testid=chart-rps]');
    expect(await focusIsSeen()).toBe(true);
    const said = () => page.locator('section', { has: visit.id('chart-rps') }).locator('[role=status]').innerText();
    await press('ArrowLeft');
    await expect.poll(said).not.toBe('');
    const at = await said();
    await press('ArrowLeft', 'ArrowLeft');
    await expect.poll(said).not.toBe(at);
    await press('+');
    await page.waitForURL(/from=/);
    await press('0');
    await expect.poll(() => page.url()).not.toContain('from=');
    await press('t');
    await page.locator('main table').first().waitFor();
    await press('Escape');

    // Stop has no key of its own, and asks.
    await tabTo('[data-testid=stop]', 120, 'Shift+Tab');
    await press('Enter');
    await expect.poll(focused).toBe('stop-confirm');
    expect((await api<{ state: string }>(master, `/runs/${number}`)).state).toBe('running');
    await press('Enter');
    await until('the run has stopped', async () => (await api<{ state: string }>(master, `/runs/${number}`)).state === 'stopped');
    await expect.poll(() => visit.id('run-state').first().innerText()).toMatch(/stopped/i);
  });

  it('the start dialog is confirmed from anywhere in it', async () => {
    const { page } = visit;
    await visit.go('/plans/walk');
    await page.getByRole('treeitem').first().waitFor();
    await press('Control+Shift+Enter');
    await expect.poll(() => visit.id('start-submit').isEnabled()).toBe(true);
    // The cross that closes it is beside the form, not in it.
    await tabTo('[role=dialog] header button', 40, 'Shift+Tab');
    await press('Control+Enter');
    await page.waitForURL(/#\/runs\/\d+/);
  });

  it.each([
    ['another page', () => '/workers'],
    ['its own page', (number: number) => `/runs/${number}`],
  ])('a run is stopped from the palette: on %s', async (_, route) => {
    const { page } = visit;
    const { id, number } = await api<{ id: string; number: number }>(master, '/runs', { body: { plan: 'walk' } });
    await until('it runs', async () => (await api<{ state: string }>(master, `/runs/${id}`)).state === 'running');
    await visit.go(route(number));
    await visit.id('stop').waitFor();
    await press('Control+K');
    await expect.poll(inDialog).toBe(true);
    await type('Stop');
    await page.getByRole('dialog').getByRole('button', { name: /^Stop/ }).first().waitFor();
    await press('ArrowDown', 'Enter');
    await expect.poll(focused).toBe('stop-confirm');
    await press('Enter');
    await until('the run has stopped', async () => (await api<{ state: string }>(master, `/runs/${id}`)).state === 'stopped');
  });
});
