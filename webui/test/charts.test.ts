// The charts of a run: what is missing is to be seen until it is there, a long run is fine
// where somebody looks closely, and latencies are of all requests or of successes.
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, Visit } from './browser';
import { api, type Master, startScripted } from './programs';

let browser: Browser;
let master: Master;

beforeAll(async () => {
  [browser, master] = await Promise.all([launch(), startScripted('--backlog', '1h')]);
});

afterAll(async () => {
  await browser?.close();
  await master?.program.stop();
});

/** All charts are in sight: others are not drawn. */
const TALL = { height: 1800 };

interface Shown {
  range: [number, number];
  step: number;
  points: number;
  missing: string;
  last: Record<string, number | null>;
}

async function shown(page: Page, chart: string): Promise<Shown> {
  const data = await page.getByTestId(`chart-${chart}`).evaluate((e) => ({ ...(e as HTMLElement).dataset }));
  const [from = 0, to = 0] = (data.range ?? '').split(',').map(Number);
  return { range: [from, to], step: Number(data.step), points: Number(data.points), missing: data.missing ?? '', last: JSON.parse(data.last ?? '{}') as Shown['last'] };
}

/** The share of the pixels of a chart's plot that are not empty, between two shares of its width, in the middle of its height. */
async function painted(page: Page, chart: string, from: number, to: number): Promise<number> {
  return await page.getByTestId(`chart-${chart}`).evaluate(
    (box, [a, b]) => {
      const canvas = box.querySelector('canvas') as HTMLCanvasElement;
      const over = box.querySelector('.u-over') as HTMLElement;
      const ratio = canvas.width / canvas.clientWidth;
      const x = (over.offsetLeft + over.clientWidth * (a as number)) * ratio;
      const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(x, (over.offsetTop + over.clientHeight * 0.2) * ratio, over.clientWidth * ((b as number) - (a as number)) * ratio, over.clientHeight * 0.5 * ratio);
      return data.filter((v, i) => i % 4 === 3 && v > 0).length / (data.length / 4);
    },
    [from, to],
  );
}

async function numberOf(name: string): Promise<number> {
  const runs = await api<{ number: number; name: string }[]>(master, '/runs');
  return runs.find((r) => r.name === name)?.number ?? 0;
}

describe('charts', () => {
  it('hatch what the page has missed until it has been fetched', async () => {
    const visit = await Visit.begin(browser, master.url, TALL);
    const { page } = visit;
    // The socket can be cut and kept away; the series is not answered while it is held.
    const sockets: { close: () => Promise<void> }[] = [];
    let away = false;
    await page.routeWebSocket(/\/api\/v1\/ws/, (socket) => {
      if (away) return void socket.close();
      const server = socket.connectToServer();
      sockets.push(socket);
      // Ticks that were missed are not said again: the page has to ask for them.
      socket.onMessage((text) => server.send(String(text).replace(/,"since":\d+/, '')));
    });
    let held: Route[] | null = null;
    await page.route('**/series?*', async (route) => (held ? void held.push(route) : await route.continue()));
    await visit.go(`/runs/${await numberOf('scripted')}`);
    await expect.poll(async () => (await shown(page, 'rps')).points).toBeGreaterThan(7);
    await expect.poll(async () => (await shown(page, 'rps')).missing).toBe('');

    away = true;
    held = [];
    for (const socket of sockets) await socket.close();
    await expect.poll(async () => (await shown(page, 'rps')).missing).toMatch(/^\d+,\d+$/);
    const lost = await shown(page, 'rps');
    const [from = 0] = lost.missing.split(',').map(Number);
    expect(lost.range[1]).toBeGreaterThan(from);
    // Workers have little to do: in the middle is nothing but the hatch, the grid, and lines of events.
    await expect.poll(() => painted(page, 'cpu', (from + 0.5) / lost.range[1], 1)).toBeGreaterThan(0.1);
    expect(await painted(page, 'cpu', 0.1, (from - 1) / lost.range[1])).toBeLessThan(0.06);

    // It hears again, and what it has not heard is still missing.
    away = false;
    await page.locator('[data-testid=conn-pill][data-state=live]').waitFor();
    await expect.poll(async () => ((await shown(page, 'rps')).range[1] ?? 0) - from).toBeGreaterThan(4);
    await expect.poll(async () => (await shown(page, 'rps')).missing).toMatch(new RegExp(`^${from},`));
    await expect.poll(() => held?.length).toBeGreaterThan(0);
    const routes = held;
    held = null;
    for (const route of routes) await route.continue();
    await expect.poll(async () => (await shown(page, 'rps')).missing).toBe('');
    await visit.end();
  });

  it('have gaps where no worker has told anything', async () => {
    const visit = await Visit.begin(browser, master.url, TALL);
    const { page } = visit;
    await page.route('**/series?*', async (route) => {
      const response = await route.fetch();
      const series = (await response.json()) as { cols: Record<string, (number | null)[]>; gaps: { from: number; to: number }[] };
      for (const column of Object.values(series.cols)) column.fill(null, 1000, 2000);
      series.gaps = [{ from: 1_000_000, to: 2_000_000 }];
      await route.fulfill({ response, json: series });
    });
    await visit.go(`/runs/${await numberOf('an hour')}`);
    await expect.poll(async () => (await shown(page, 'users')).range).toEqual([0, 3600]);
    // The curve is broken, and the stretch is shaded over all its height; it is not hatched, as nobody will tell.
    expect(await painted(page, 'users', 0.35, 0.5)).toBeGreaterThan(0.99);
    expect(await painted(page, 'users', 0.7, 0.85)).toBeLessThan(0.2);
    expect((await shown(page, 'users')).missing).toBe('');
    await visit.end();
  });

  it('of a long run are fine where somebody looks closely', async () => {
    const visit = await Visit.begin(browser, master.url, TALL);
    const { page } = visit;
    // As of a run of some days: the whole of it has an entry per minute.
    await page.route(/series\?max=/, async (route) => await route.continue({ url: `${route.request().url()}&step=60` }));
    let hold: Route[] | null = [];
    await page.route(/series\?from=/, async (route) => (hold ? void hold.push(route) : await route.continue()));
    await visit.go(`/runs/${await numberOf('an hour')}`);
    await expect.poll(async () => (await shown(page, 'rps')).step).toBe(60);
    const plot = await page.getByTestId('chart-rps').boundingBox();
    if (!plot) throw new Error('the chart has no place');
    const at = (share: number): [number, number] => [plot.x + plot.width * share, plot.y + plot.height / 2];
    await page.mouse.move(...at(0.5));
    await page.mouse.down();
    await page.mouse.move(...at(0.6), { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=\d+&to=\d+/);
    // The coarse entries are there while the fine ones are on their way.
    await expect.poll(async () => (await shown(page, 'rps')).range[0]).toBeGreaterThan(1000);
    expect((await shown(page, 'rps')).step).toBe(60);
    await page.getByText('60 s per point').waitFor();
    await expect.poll(() => hold?.length).toBe(1);
    const routes = hold;
    hold = null;
    for (const route of routes) await route.continue();
    for (const chart of ['rps', 'latency', 'heatmap', 'cpu']) await expect.poll(async () => (await shown(page, chart)).step).toBe(1);

    // Shift+drag moves it, and it is fine there, too.
    const before = (await shown(page, 'rps')).range;
    await page.keyboard.down('Shift');
    await page.mouse.move(...at(0.8));
    await page.mouse.down();
    await page.mouse.move(...at(0.4), { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await expect.poll(async () => (await shown(page, 'rps')).range[0]).toBeGreaterThan(before[0]);
    await expect.poll(async () => (await shown(page, 'rps')).step).toBe(1);
    const moved = (await shown(page, 'rps')).range;
    expect(moved[1] - moved[0]).toBe(before[1] - before[0]);
    expect(page.url()).toContain(`from=${moved[0]}&to=${moved[1]}`);

    await page.keyboard.press('Escape');
    await expect.poll(async () => (await shown(page, 'rps')).range).toEqual([0, 3600]);
    expect((await shown(page, 'rps')).step).toBe(60);
    expect(visit.errors).toEqual([]);
    await visit.end();
  });

  it('show latencies of successes, iterations when asked for, and what happened near each other', async () => {
    const visit = await Visit.begin(browser, master.url, TALL);
    const { page } = visit;
    // A burst of failures, which are in the heat map of all requests only.
    await visit.go(`/runs/${await numberOf('an hour')}?from=30&to=44`);
    await expect.poll(async () => (await shown(page, 'rps')).last.failures).toBeGreaterThan(0);
    const { cols } = await api<{ cols: Record<string, number[]> }>(master, `/runs/${await numberOf('an hour')}/series?from=43&to=44`);
    const [all, ok] = ['p50', 'ok_p50'].map((name) => cols[name]?.[0]);
    expect(ok).not.toBe(all);
    const p50 = async () => (await shown(page, 'latency')).last.p50;
    await expect.poll(p50).toBe(all);
    const heat = async () => await page.getByTestId('chart-heatmap').locator('xpath=..').getByRole('group').innerText();
    const most = await heat();
    await page.getByRole('radiogroup', { name: 'Requests whose latencies are shown' }).first().getByText('Successes').click();
    await expect.poll(p50).toBe(ok);
    await expect.poll(heat).not.toBe(most);
    // The choice is kept.
    await page.reload();
    await expect.poll(p50).toBe(ok);

    const iterations = page.getByRole('button', { name: /^iterations/ });
    expect(await iterations.getAttribute('aria-pressed')).toBe('false');
    expect((await shown(page, 'rps')).last.iterations).toBeGreaterThan(50);
    await iterations.click();
    await expect.poll(() => iterations.getAttribute('aria-pressed')).toBe('true');

    await page.keyboard.press('Escape');
    const near = page.getByTestId('event-1-2');
    await near.hover();
    await page.getByRole('tooltip').getByText('burst 1').waitFor();
    await near.click();
    await page.getByTestId('event-2').click();
    await expect.poll(() => near.getAttribute('aria-pressed')).toBe('true');
    expect(visit.errors).toEqual([]);
    await visit.end();
  });

  it('are used with keys alone', async () => {
    const visit = await Visit.begin(browser, master.url, TALL);
    const { page } = visit;
    await visit.go(`/runs/${await numberOf('an hour')}`);
    const range = async () => (await shown(page, 'rps')).range;
    await expect.poll(range).toEqual([0, 3600]);
    const chart = page.getByTestId('chart-rps');
    await chart.focus();
    await page.keyboard.press('+');
    await expect.poll(range).toEqual([900, 2700]);
    await page.keyboard.press('-');
    await expect.poll(range).toEqual([0, 3600]);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => page.locator('section', { has: chart }).getByRole('status').innerText()).toMatch(/requests \d+\/s/);
    await page.keyboard.press('+');
    await page.keyboard.press('0');
    await expect.poll(range).toEqual([0, 3600]);
    await page.keyboard.press('t');
    await chart.getByRole('columnheader', { name: 'failed' }).waitFor();
    await page.keyboard.press('t');
    await expect.poll(() => chart.getAttribute('role')).toBe('img');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('chart-rps');
    expect(visit.errors).toEqual([]);
    await visit.end();
  });
});
