// What the page costs: bytes on the way, time to a useful dashboard, memory. What a clock
// says is printed only, since what a machine has to do besides decides that.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, Visit } from './browser';
import { folder, type Master, startMaster, startScripted } from './programs';

const KB = 1000;

let browser: Browser;
let workspace: ReturnType<typeof folder>;
let master: Master;
let scripted: Master;

beforeAll(async () => {
  workspace = folder();
  mkdirSync(join(workspace.path, 'plans'), { recursive: true });
  writeFileSync(join(workspace.path, 'plans', 'lua.yaml'), 'version: 1\nname: lua\nbase_url: http://127.0.0.1:1\ntransactions: [{name: look, script: "function transaction(user) end"}]\nload: {users: 1, duration: 5s}\n');
  [browser, master, scripted] = await Promise.all([launch(), startMaster(workspace.path), startScripted('--backlog', '1h')]);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([master?.program.stop(), scripted?.program.stop()]);
  workspace?.remove();
});

interface Transfer {
  url: string;
  /** Of the body, compressed as it is sent; and of its headers. */
  bytes: number;
  head: number;
}

/** Notes what every file of the page costs on the way; not the data of the master. */
async function meter(page: Page): Promise<() => Transfer[]> {
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  const begun = new Map<string, Omit<Transfer, 'bytes'>>();
  const seen: Transfer[] = [];
  client.on('Network.responseReceived', (e) => begun.set(e.requestId, { url: e.response.url, head: e.response.encodedDataLength }));
  client.on('Network.loadingFinished', (e) => {
    const { url, head } = begun.get(e.requestId) ?? { url: '', head: 0 };
    seen.push({ url, head, bytes: e.encodedDataLength - head });
  });
  return () => seen.splice(0).filter((t) => t.url.startsWith('http') && !t.url.includes('/api/'));
}

const sum = (all: Transfer[]) => all.reduce((n, t) => n + t.bytes, 0);
const told = (what: string, all: Transfer[]) => console.log(`${what}: ${(sum(all) / KB).toFixed(0)} kB in ${all.length} files, and ${(all.reduce((n, t) => n + t.head, 0) / KB).toFixed(0)} kB of headers`);
const listed = (all: Transfer[]) => all.sort((a, b) => b.bytes - a.bytes).slice(0, 8).map((t) => `${new URL(t.url).pathname} ${t.bytes}`).join('\n');

describe('bytes on the way', () => {
  it('are at most 320 kB for the first page, and 160 kB more for the Lua editor', async () => {
    const visit = await Visit.begin(browser, master.url);
    const taken = await meter(visit.page);
    await visit.go('/plans');
    await visit.id('plan-row-lua').waitFor();
    await visit.page.waitForLoadState('networkidle');
    const first = taken();
    told('first page', first);
    expect(first.length).toBeGreaterThan(3);
    expect(sum(first), listed(first)).toBeLessThanOrEqual(320 * KB);

    await visit.go('/plans/lua');
    await visit.page.getByRole('tree').waitFor();
    await visit.page.waitForLoadState('networkidle');
    const editor = taken();
    told('plan editor', editor);

    await visit.page.getByRole('treeitem', { name: /^look/ }).click();
    await visit.page.getByRole('tab', { name: /Lua script/ }).click();
    await visit.id('lua-editor').waitFor();
    await visit.page.waitForLoadState('networkidle');
    const code = taken();
    told('Lua editor', code);
    expect(code.length).toBeGreaterThan(0);
    expect(sum(code), listed(code)).toBeLessThanOrEqual(160 * KB);
    await visit.end();
  });

  it('come from the master alone, on every route', async () => {
    const visit = await Visit.begin(browser, scripted.url);
    const origins = new Set<string>();
    const refused: string[] = [];
    visit.page.on('request', (r) => origins.add(new URL(r.url()).origin));
    visit.page.on('websocket', (w) => origins.add(new URL(w.url()).origin.replace(/^ws/, 'http')));
    visit.page.on('requestfailed', (r) => refused.push(`${r.url()} ${r.failure()?.errorText ?? ''}`));
    for (const route of ['/plans', '/plans/shop', '/plans/lua-hooks', '/scripts', '/workers', '/runs', '/runs/1', '/runs/2?tab=errors', '/settings', '/help']) {
      await visit.go(route);
      await visit.page.waitForLoadState('networkidle');
    }
    expect([...origins].filter((o) => o !== 'null')).toEqual([scripted.url]);
    expect(refused.filter((r) => !r.includes('ERR_ABORTED'))).toEqual([]); // what a page asked for and left
    await visit.end();
  });
});

describe('a dashboard with an hour behind it', () => {
  it('is useful soon, and does not grow', async () => {
    const visit = await Visit.begin(browser, scripted.url);
    const { page } = visit;
    const client = await page.context().newCDPSession(page);
    // In time that the processor spent, not what else the machine did meanwhile.
    await client.send('Performance.enable', { timeDomain: 'threadTicks' } as object);
    const metrics = async () => new Map((await client.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value]));
    const busy = async () => ((await metrics()).get('TaskDuration') ?? Number.NaN) * 1000;
    const began = Date.now();
    const order: string[] = [];
    page.on('request', (r) => order.push(r.url().slice(scripted.url.length)));
    await page.goto(`${scripted.url}/#/runs/1`);
    await page.locator('[data-testid=chart-rps][data-points]:not([data-points="0"])').waitFor();
    const took = Date.now() - began;
    // The series is asked for before the code that draws it, and once.
    const whole = order.filter((path) => path.endsWith('/series?max=21600'));
    expect(whole).toEqual(['/api/v1/runs/1/series?max=21600']);
    expect(order.indexOf('/api/v1/runs/1/series?max=21600')).toBeLessThan(order.findIndex((path) => path.includes('/run-')));
    const points = Number(await visit.id('chart-rps').getAttribute('data-points'));
    const spent = await busy();
    console.log(`dashboard: ${took} ms until ${points} points are drawn (wanted: 1500 ms), ${spent.toFixed(0)} ms of the main thread`);
    expect(points).toBeGreaterThan(300);
    expect(spent).toBeLessThan(5_000);

    await client.send('HeapProfiler.enable');
    const heap = async () => {
      await client.send('HeapProfiler.collectGarbage');
      return ((await metrics()).get('JSHeapUsedSize') ?? Number.NaN) / 1e6;
    };
    const used = await heap();
    console.log(`heap: ${used.toFixed(1)} MB`);
    expect(used).toBeLessThan(150);

    // From here on the run that is under way: every tick is drawn.
    await page.goto(`${scripted.url}/#/runs/2`);
    await page.locator('[data-testid=chart-rps][data-points]').waitFor();
    const ticks = () => page.evaluate(() => (window as unknown as { __lh: { ticks: number } }).__lh.ticks);
    const from = await ticks();
    await page.evaluate(() => {
      const long: number[] = [];
      Object.assign(window, { longTasks: long });
      new PerformanceObserver((list) => long.push(...list.getEntries().map((e) => e.duration))).observe({ entryTypes: ['longtask'] });
    });
    const before = await busy();
    await expect.poll(ticks).toBeGreaterThanOrEqual(from + 5);
    const after = await busy();
    const count = (await ticks()) - from;
    const long = await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);
    console.log(`live: ${((after - before) / count).toFixed(1)} ms of the main thread per tick; tasks longer than 50 ms in ${count} ticks: ${long.map((d) => d.toFixed(0)).join(', ') || 'none'}`);
    expect(await heap()).toBeLessThan(150);
    expect(visit.errors).toEqual([]);
    await visit.end();
  });
});
