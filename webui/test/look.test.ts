// Every page in both themes and both languages: nothing that axe finds, no error in the
// console, no scrolling sideways; and with PICTURES=yes a picture of each to look at.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, Visit } from './browser';
import { type Master, startScripted } from './programs';

let browser: Browser;
let master: Master;

beforeAll(async () => {
  [browser, master] = await Promise.all([launch(), startScripted('--backlog', '10m')]);
});

afterAll(async () => {
  await browser?.close();
  await master?.program.stop();
});

/** A name for pictures, the route, and what has to be there before it is looked at. */
const PAGES: [string, string, string][] = [
  ['plans', '/plans', '[data-testid=plans-table]'],
  ['editor', '/plans/shop', '[role=tree]'],
  ['editor-step', '/plans/shop/tx/browse?step=1', '[data-testid=url-input]'],
  ['editor-lua', '/plans/lua-hooks/tx/browse?tab=script', '[data-testid=lua-editor]'],
  ['editor-load', '/plans/base-and-spike/settings/load', 'h2'],
  ['editor-data', '/plans/data/settings/data', 'h2'],
  ['editor-thresholds', '/plans/shop/settings/thresholds', 'h2'],
  ['editor-environments', '/plans/shop/settings/environments', 'h2'],
  ['editor-yaml', '/plans/shop?view=yaml', '.cm-content'],
  ['scripts', '/scripts', 'h1'],
  ['script', '/scripts/jwt', '.cm-content'],
  ['workers', '/workers', '[data-testid=workers-table]'],
  ['runs', '/runs', '[data-testid^=runs-row-]'],
  ['run-live', '/runs/2', '[data-testid=tile-rps]'],
  ['run-past', '/runs/1', '[data-testid=chart-rps][data-points]'],
  ['run-transactions', '/runs/1?tab=transactions', '[data-testid=tx-table]'],
  ['run-drawer', '/runs/1?tab=transactions&tx=browse', '[data-testid=tx-drawer] [role=dialog]'],
  ['run-errors', '/runs/2?tab=errors', 'h1'],
  ['run-workers', '/runs/2?tab=workers', 'h1'],
  ['run-events', '/runs/1?tab=events', 'h1'],
  ['run-logs', '/runs/2?tab=logs', 'h1'],
  ['run-config', '/runs/2?tab=config', 'h1'],
  ['start', '/plans?start=shop', '[data-testid=start-submit]:enabled'],
  ['settings', '/settings', 'h1'],
  ['help', '/help', 'h1'],
];

/** What axe looks at does not change with the language, and with the theme only this does. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

const LOOKS: ['en' | 'zh', 'light' | 'dark'][] = [['en', 'light'], ['en', 'dark'], ['zh', 'light']];
if (process.env.PICTURES) LOOKS.push(['zh', 'dark']);

describe.each(LOOKS)('%s %s', (language, theme) => {
  let visit: Visit;
  beforeAll(async () => {
    visit = await Visit.begin(browser, master.url, { language, theme });
  });
  afterAll(async () => {
    await visit.end();
  });

  it.each(PAGES)('%s', async (name, route, there) => {
    await visit.go(route);
    await visit.page.locator(there).first().waitFor();
    await visit.shot(`${name}-${language}-${theme}`);
    if (language === 'en') await visit.accessible(`${name} ${theme}`, theme === 'dark' ? OF_COLOURS : undefined);
    const [width, seen] = await visit.page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    expect(width, 'the page scrolls sideways').toBeLessThanOrEqual(seen ?? 0);
    expect(visit.errors.splice(0)).toEqual([]);
  });
});

describe('figures of a page that hears nothing', () => {
  it.each(['light', 'dark'] as const)('can be read: %s', async (theme) => {
    const visit = await Visit.begin(browser, master.url, { theme });
    const sockets: { close: () => Promise<void> }[] = [];
    let away = false;
    await visit.page.routeWebSocket(/\/api\/v1\/ws/, (socket) => {
      if (away) return void socket.close();
      socket.connectToServer();
      sockets.push(socket);
    });
    await visit.go('/workers');
    await visit.id('run-strip').waitFor();
    await visit.id('workers-table').waitFor();
    await visit.go('/runs/2');
    await visit.page.locator('[data-testid=chart-rps][data-points]').waitFor();
    away = true;
    for (const socket of sockets) await socket.close();
    await visit.id('disconnected').waitFor();
    await visit.accessible(`figures of then, ${theme}`, OF_COLOURS);
    await visit.go('/workers');
    await visit.id('run-strip').waitFor();
    await visit.accessible(`workers of then, ${theme}`, OF_COLOURS);
    await visit.end();
  });
});

describe('with little room', () => {
  it('no page scrolls sideways, and the header is one line that nothing is cut from', async () => {
    const visit = await Visit.begin(browser, master.url, { width: 390, height: 844 });
    const small = ['plans', 'editor', 'editor-step', 'editor-load', 'runs', 'run-live', 'start', 'settings'];
    for (const [name, route, there] of PAGES.filter(([name]) => small.includes(name))) {
      await visit.go(route);
      await visit.page.locator(there).first().waitFor();
      await visit.shot(`${name}-small`);
      expect(await visit.page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(390);
    }
    await visit.go('/settings');
    for (const width of [1440, 1000, 769, 640, 390]) {
      await visit.page.setViewportSize({ width, height: 700 });
      const [height, cut] = await visit.page.locator('header').first().evaluate((header) => {
        const end = header.getBoundingClientRect().right;
        const hidden = [...header.querySelectorAll('button, a')].filter((e) => e.scrollWidth > e.clientWidth + 1 && e.getAttribute('data-testid') !== 'palette');
        const beyond = [...header.children].filter((e) => e.getBoundingClientRect().right > end);
        return [header.getBoundingClientRect().height, [...hidden, ...beyond].map((e) => e.outerHTML.slice(0, 120))] as const;
      });
      expect([width, height, cut]).toEqual([width, 52, []]);
    }
    await visit.end();
  });
});
