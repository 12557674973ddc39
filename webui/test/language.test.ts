// Languages and themes: chosen, kept, complete. The pseudo language shows what is not translated.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, Visit } from './browser';
import { api, type Master, startScripted } from './programs';

let browser: Browser;
let master: Master;

beforeAll(async () => {
  [browser, master] = await Promise.all([launch(), startScripted('--backlog', '2m')]);
});

afterAll(async () => {
  await browser?.close();
  await master?.program.stop();
});

describe('language and theme', () => {
  it('change without a reload, and stay over one', async () => {
    const visit = await Visit.begin(browser, master.url);
    const { page } = visit;
    await visit.go('/workers');
    const lang = () => page.locator('html').getAttribute('lang');
    const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme');
    const heading = () => page.locator('h1').innerText();
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.evaluate(() => Object.assign(window, { same: true }));
    expect([await lang(), await heading(), await scheme()]).toEqual(['en', 'Workers', 'light']);
    const light = await background();

    await visit.id('lang').click();
    await expect.poll(heading).toMatch(/压测机/);
    expect(await lang()).toBe('zh-CN');
    await expect.poll(() => visit.id('nav-plans').innerText()).toMatch(/事务集合/);
    await visit.id('theme').click();
    await expect.poll(scheme).toBe('dark');
    expect(await background()).not.toBe(light);
    expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same)).toBe(true);

    await page.reload();
    await page.locator('h1').first().waitFor();
    expect([await lang(), await scheme()]).toEqual(['zh-CN', 'dark']);
    expect(await heading()).toMatch(/压测机/);

    // Settings choose the same.
    await visit.go('/settings');
    await visit.id('set-language').locator('label').filter({ hasText: 'English' }).click();
    await expect.poll(heading).toBe('Settings');
    expect(await lang()).toBe('en');
    expect(visit.errors).toEqual([]);
    await visit.end();
  });

  it.each([
    ['zh-CN', 'zh-CN', '事务集合'],
    ['zh-TW', 'zh-CN', '事务集合'],
    ['de-DE', 'en', 'Plans'],
  ])('are the browser\'s on the first visit: %s', async (locale, lang, word) => {
    const context = await browser.newContext({ locale, colorScheme: 'dark' });
    const page = await context.newPage();
    await page.goto(`${master.url}/#/plans`);
    await page.locator('h1').waitFor();
    expect(await page.locator('h1').innerText()).toBe(word);
    expect(await page.locator('html').getAttribute('lang')).toBe(lang);
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    await context.close();
  });
});

const ROUTES: [string, string][] = [
  ['/plans', '[data-testid=plans-table]'],
  ['/plans/shop', '[role=tree]'],
  ['/plans/shop/settings/load', '[role=tree]'],
  ['/plans/shop/settings/data', '[role=tree]'],
  ['/plans/shop/settings/thresholds', '[role=tree]'],
  ['/plans/shop/settings/environments', '[role=tree]'],
  ['/plans/shop/tx/browse', '[data-testid=weight]'],
  ['/plans/shop/tx/browse?step=1', '[data-testid=url-input]'],
  ['/plans/shop/tx/browse?step=1&tab=checks', '[data-testid=add-check]'],
  ['/plans/shop/tx/browse?step=1&tab=extract', '[data-testid=add-extract]'],
  ['/plans/shop/tx/browse?step=1&tab=settings', '[data-testid=url-input]'],
  ['/scripts', 'h1'],
  ['/workers', '[data-testid=workers-table]'],
  ['/runs', '[data-testid^=runs-row-]'],
  ['/runs/1', '[data-testid=chart-rps][data-points]'],
  ['/runs/1?tab=transactions', '[data-testid=tx-table]'],
  ['/runs/2?tab=errors', '[data-testid=tab-errors]'],
  ['/runs/1?tab=workers', '[data-testid=tab-workers]'],
  ['/runs/1?tab=events', '[data-testid=event-table]'],
  ['/runs/1?tab=logs', '[data-testid=tab-logs]'],
  ['/runs/1?tab=config', '[data-testid=config-plan]'],
  ['/plans?start=shop', '[data-testid=start-submit]'],
  ['/settings', '[data-testid=set-language]'],
  ['/help', 'h1'],
];

/**
 * Places of data, which is the same in every language: cells and rows, code, what a plan calls
 * its things, what stands in fields. Headings of columns, buttons and labels are not among them.
 */
const DATA = [
  'table td', 'table th[scope=row]', '.cm-editor', 'pre', 'code', 'kbd', '[role=treeitem]', 'svg', 'textarea', '[data-testid=run-strip] span', '[data-testid^=tile-] div',
  '[data-testid^=script-]', '[data-testid=summary] button', '[aria-hidden=true]',
];

/** Names that the demonstration gives its plan, run and steps, and words that no language translates. */
const SAME = [
  /^(shop|browse|buy|list items|one item|scripted|an hour|burst \d+|lua-hooks|ci|Browse and buy in the sample shop|look for what is not there)$/,
  /^(locust-http|English|简体中文|中文|YAML|URL|JSON|XPath|CSS|Lua|p\d\d(\.\d)?|[1-5]xx|Ctrl\+.*)$/,
  /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/,
  /^=\s?[\d.,]+\s\p{L}+(\s–\s[\d.,]+\s\p{L}+)?$/u, // how a duration is understood
  /^[\d.,]+\s(ms|s|min|h)$/, // units
  /^(https?:\/\/|\/items|&size=|\{\{|\$\.)/, // addresses, placeholders and paths
  /^\d+:\d\d:\d\d\s+(burst|scripted)/, // a note of the run
];

/** Examples in empty fields are what somebody would type. */
const EXAMPLES = /^placeholder of input/;

interface Text {
  text: string;
  of: string;
}

/** All text that is seen, without that of the places given, and all names of controls. */
async function texts(visit: Visit): Promise<Text[]> {
  return await visit.page.evaluate((data) => {
    const found: { text: string; of: string }[] = [];
    const where = (e: Element) => `${e.tagName.toLowerCase()}${e.closest('[data-testid]') ? ` in ${e.closest('[data-testid]')?.getAttribute('data-testid')}` : ''}`;
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const e = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (!e || text === '' || e.closest('script, style, noscript') || e.closest(data.join(',')) || !e.checkVisibility()) continue;
      found.push({ text, of: where(e) });
    }
    for (const e of document.body.querySelectorAll('[aria-label], [placeholder], [title]')) {
      if (e.closest(data.join(',')) || !e.checkVisibility()) continue;
      for (const name of ['aria-label', 'placeholder', 'title']) {
        const text = e.getAttribute(name)?.trim();
        if (text) found.push({ text, of: `${name} of ${where(e)}` });
      }
    }
    return found;
  }, DATA);
}

describe('the pseudo language', () => {
  it('finds no text that is not translated, and no button that is cut', async () => {
    const visit = await Visit.begin(browser, master.url, { language: 'en-XA' });
    const { version } = await api<{ version: string }>(master, '/session');
    const left = new Set<string>();
    const cut = new Set<string>();
    for (const [route, there] of ROUTES) {
      await visit.go(route);
      await visit.page.locator(there).first().waitFor();
      const all = await texts(visit);
      expect(all.filter((t) => t.text.includes('[!!')).length, route).toBeGreaterThan(10);
      for (const { text, of } of all) {
        if (text === version || text.includes('[!!') || text.includes('!!]') || SAME.some((same) => same.test(text)) || EXAMPLES.test(of) || !/\p{L}{2}/u.test(text)) continue;
        left.add(`${route}: ${text.slice(0, 80)} (${of})`);
      }
      const found = await visit.page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('button, [role=tab], .mantine-Button-label')]
          .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).overflowX !== 'visible')
          .map((e) => `${e.innerText.slice(0, 60)} ${e.scrollWidth} > ${e.clientWidth}`),
      );
      for (const f of found) cut.add(`${route}: ${f}`);
    }
    expect([...left]).toEqual([]);
    expect([...cut]).toEqual([]);
    await visit.end();
  });
});
