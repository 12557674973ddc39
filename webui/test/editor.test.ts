// A plan that is built from nothing in the page, and all that reaches the file of a plan:
// what is on disk and what the target answered is what counts.
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { launch, Visit } from './browser';
import { api, folder, type Master, type Program, startMaster, startShop, startWorker, until } from './programs';

let browser: Browser;
let shop: { url: string; program: Program };
let workspace: ReturnType<typeof folder>;
let master: Master;
let worker: Program;
let visit: Visit;

const file = (plan: string) => join(workspace.path, 'plans', `${plan}.yaml`);
const onDisk = (plan: string) => readFileSync(file(plan), 'utf8');

beforeAll(async () => {
  workspace = folder();
  [browser, shop, master] = await Promise.all([launch(), startShop(), startMaster(workspace.path)]);
  mkdirSync(join(workspace.path, 'plans'), { recursive: true });
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
  await visit.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: master.url });
});

afterEach(async () => {
  await visit.end();
});

/** Pastes as a person does, into what has the focus. */
async function paste(text: string): Promise<void> {
  await visit.page.evaluate((t) => navigator.clipboard.writeText(t), text);
  await visit.page.keyboard.press('Control+V');
}

/** Replaces all of the editor that is open; as one input, so that no bracket is closed by itself. */
async function write(testId: string, text: string): Promise<void> {
  await visit.id(testId).click();
  await visit.page.keyboard.press('Control+A');
  await visit.page.keyboard.insertText(text);
}

/** Takes a value of a list that opens below its field. */
async function choose(field: Locator, value: string): Promise<void> {
  await field.click();
  await visit.page.getByRole('option', { name: value, exact: true }).click();
}

async function save(plan: string, holds: (text: string) => boolean = () => true): Promise<string> {
  await visit.page.keyboard.press('Control+S');
  await expect.poll(() => visit.id('dirty-dot').count()).toBe(0);
  await expect.poll(() => holds(onDisk(plan))).toBe(true);
  return onDisk(plan);
}

const HOOK = `function before(req, user)
  req.headers["X-Trace"] = "trace-" .. 6 * 7
  log.info("the hook ran")
end
`;

describe('a plan', () => {
  it('has a cURL command taken over by a key, which sends nothing; at 1280 pixels all tabs stand in one line', async () => {
    const { page } = visit;
    mkdirSync(join(workspace.path, 'plans'), { recursive: true });
    writeFileSync(file('narrow'), `version: 1
base_url: ${shop.url}
transactions:
  - name: t
    steps:
      - name: one
        request: {url: /}
        extract: [{name: token, json: $.token}]
        check: [{status: 200}]
        script: |
          function before(req, user) end
      - {name: two, request: {url: /echo}}
load: {users: 1, duration: 1s}
`);
    await page.setViewportSize({ width: 1280, height: 720 });
    await visit.go('/plans/narrow/tx/t?step=1');
    const sent: string[] = [];
    page.on('request', (r) => void (r.url().endsWith('/send') && sent.push(r.url())));
    await visit.id('url-input').click();
    await page.keyboard.press('Control+A');
    await paste(`curl '${shop.url}/login?lang=en' -H 'Accept: */*' -H 'Authorization: Bearer abc' -H 'Content-Type: application/json' -d '{"user":"ann","password":"secret"}'`);
    await visit.id('curl-command').waitFor();
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => visit.id('method').inputValue()).toBe('POST');
    await save('narrow', (text) => text.includes('bearer: abc'));
    expect(sent).toEqual([]);
    const tops = await page.locator('[data-testid^="tab-"]').evaluateAll((tabs) => tabs.map((tab) => Math.round(tab.getBoundingClientRect().top)));
    expect(tops.length).toBe(8);
    expect(new Set(tops).size, `they begin at ${tops.join(', ')}`).toBe(1);

    expect(await visit.id('send-nothing').count(), 'and the panel says so').toBe(1);

    // What was sent is shown of the step that is being edited.
    await page.keyboard.press('Control+Enter');
    const open = (n: number) => visit.id(`step-result-${n}`).getByRole('button').first().getAttribute('aria-expanded');
    await visit.id('send-result').waitFor();
    expect([await open(1), await open(2)]).toEqual(['true', 'false']);
    await page.getByRole('treeitem', { name: /two/ }).click();
    await expect.poll(async () => [await open(1), await open(2)]).toEqual(['false', 'true']);
  });

  it('is built from nothing: pasted cURL, check, variable, Lua hook; sent, and saved as it was made', async () => {
    const { page } = visit;
    await visit.go('/plans');
    await visit.id('plan-new').first().click();
    await visit.id('plan-name').fill('from-nothing');
    await visit.id('plan-name-ok').click();
    await page.waitForURL(/#\/plans\/from-nothing/);
    await page.getByRole('treeitem', { name: /list items/ }).click();

    await visit.id('url-input').click();
    await page.keyboard.press('Control+A');
    await paste(`curl '${shop.url}/echo?page=2' -H 'Content-Type: application/json' -H 'X-Kind: pasted' --data-raw '{"user":"ann"}'`);
    await visit.id('curl-preview').waitFor();
    await visit.id('curl-take').click();
    await expect.poll(() => visit.id('method').inputValue()).toBe('POST');

    await visit.id('tab-checks').click();
    await visit.id('add-check').click();
    await page.getByRole('menuitem', { name: 'JSON path' }).click();
    const check = visit.id('check-row-0');
    await check.getByLabel('Expression').fill('$.method');
    await choose(check.getByRole('combobox', { name: 'Operator' }), '=');
    await check.getByLabel('Value', { exact: true }).fill('POST');

    await visit.id('tab-extract').click();
    await visit.id('add-extract').click();
    const extract = visit.id('extract-row-0');
    await extract.getByLabel('Variable').fill('trace');
    await extract.getByLabel('Expression').fill("$.headers['X-Trace'][0]");

    await visit.id('tab-script').click();
    await page.getByRole('button', { name: 'Write a script' }).click();
    await write('lua-editor', HOOK);
    // Ctrl+Enter sends from within the editor too.
    await page.keyboard.press('Control+Enter');
    await visit.id('send-result').waitFor();
    expect(await visit.id('send-result').getAttribute('data-ok')).toBe('true');
    const step = visit.id('step-result-1');
    const result = await visit.id('send-result').innerText();
    expect(await step.getAttribute('data-ok')).toBe('true');
    expect(result).toMatch(/POST\s+200/);
    expect(result).toContain('the hook ran');
    // The shop says which headers it was sent: that of the hook came from there.
    expect(result).toMatch(/trace\s*=\s*"?trace-42/);
    expect(result).toMatch(/POST.*\(got .*POST/);
    await visit.id('tab-extract').click();
    await expect.poll(() => extract.innerText()).toContain('Last: trace-42');
    expect(onDisk('from-nothing')).not.toContain('trace'); // nothing is saved before it is asked for

    const text = await save('from-nothing', (t) => t.includes('trace-'));
    expect(parse(text)).toEqual({
      version: 1,
      name: 'from-nothing',
      base_url: 'http://127.0.0.1:8099',
      transactions: [{
        name: 'browse',
        steps: [{
          name: 'list items',
          request: {
            // JSON says its type itself, and cURL without -L follows no redirect.
            method: 'POST', url: `${shop.url}/echo`, query: { page: 2 }, headers: { 'X-Kind': 'pasted' }, json: { user: 'ann' }, follow_redirects: 0,
          },
          extract: [{ name: 'trace', json: "$.headers['X-Trace'][0]" }],
          check: [{ json: '$.method', equals: 'POST' }],
          script: HOOK,
        }],
      }],
      load: { users: 10, spawn_rate: 5, duration: '1m' },
    });
    expect(visit.errors).toEqual([]);
  });

  it('has its Lua error found, jumped to, mended', async () => {
    const { page } = visit;
    writeFileSync(file('lua-error'), `version: 1
name: lua-error
base_url: ${shop.url}
transactions:
  - name: look
    script: |
      function begin(user)
        user.vars.a = 1
      end
    steps:
      - name: items
        request: {url: /items}
load: {users: 1, duration: 5s}
`);
    await visit.go('/plans/lua-error');
    await page.getByRole('treeitem', { name: /^look/ }).click();
    await page.getByRole('tab', { name: /Lua script/ }).click();
    await write('lua-editor', 'function begin(user)\n  user.vars.a = 1\nend\n\nfunction finish(user, ok)\n  local x = = 2\nend\n');
    const problems = page.locator('ul[data-testid=problems]');
    await expect.poll(() => problems.innerText()).toMatch(/6:/);
    // Both look: the page as it is typed, and the master, which has the last word.
    await expect.poll(() => problems.innerText()).toContain('server');
    await expect.poll(() => page.getByRole('treeitem', { name: /^look/ }).getByRole('img', { name: /problem/ }).count()).toBe(1);

    await page.keyboard.press('Control+Home');
    await page.keyboard.press('F8');
    const line = () => page.evaluate(() => {
      const node = getSelection()?.anchorNode;
      const at = node instanceof Element ? node : node?.parentElement;
      return at?.closest('.cm-line')?.textContent;
    });
    await expect.poll(line).toBe('  local x = = 2');
    await page.keyboard.press('Control+Home');
    await problems.getByRole('button').first().click();
    await expect.poll(line).toBe('  local x = = 2');

    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.insertText('local x = 2');
    await expect.poll(() => problems.count()).toBe(0);
    await expect.poll(() => page.getByRole('treeitem', { name: /^look/ }).getByRole('img', { name: /problem/ }).count()).toBe(0);
    const saved = parse(await save('lua-error', (t) => t.includes('local x'))) as { transactions: { script: string }[] };
    expect(saved.transactions[0]?.script).toContain('local x = 2\n');
    expect(visit.errors).toEqual([]);
  });
});

const COMMENTED = (url: string) => `# Who wrote this, and why.
version: 1
name: commented
base_url: ${url}
transactions:
  - name: look # what people do most
    weight: 3
    steps:
      # the first page only
      - name: items
        request: {url: "/items?page=1"} # short
      - name: 'one'
        request:
          url:   /items/1   # two spaces too many
load: {users: 1, duration: 5s}
`;

describe('the file of a plan', () => {
  it('keeps its comments and its layout when the form changes a field', async () => {
    const { page } = visit;
    const before = COMMENTED(shop.url);
    writeFileSync(file('commented'), before);
    await visit.go('/plans/commented');
    await page.getByRole('treeitem', { name: /^look/ }).click();
    await visit.id('weight').fill('7');
    await page.getByRole('treeitem', { name: /^(GET )?one/ }).click();
    await visit.id('url-input').fill('/items/2');
    const text = await save('commented', (t) => t.includes('/items/2'));
    expect(text).toBe(before.replace('weight: 3', 'weight: 7').replace('/items/1   #', '/items/2   #'));
    expect(visit.errors).toEqual([]);
  });

  it('appears in the open page when it is edited on disk', async () => {
    const { page } = visit;
    writeFileSync(file('watched'), COMMENTED(shop.url).replace('name: commented', 'name: watched'));
    await visit.go('/plans/watched');
    await page.getByRole('treeitem', { name: /^look/ }).waitFor();
    writeFileSync(file('watched'), onDisk('watched').replace('name: look', 'name: stroll').replace('weight: 3', 'weight: 9'));
    // (The master begins to watch when the first page asks, so that the very first change may come too early.)
    await expect.poll(() => {
      utimesSync(file('watched'), new Date(), new Date());
      return page.getByRole('treeitem', { name: /^stroll/ }).count();
    }).toBe(1);
    await page.getByRole('treeitem', { name: /^stroll/ }).click();
    await expect.poll(() => visit.id('weight').inputValue()).toBe('9');
    // What appeared is not unsaved: nothing was changed here.
    expect(await visit.id('dirty-dot').count()).toBe(0);
    expect(visit.errors).toEqual([]);
  });

  it('is imported with a field that is not known, which is shown, marked and kept', async () => {
    const { page } = visit;
    const text = `version: 1
name: imported
base_url: ${shop.url}
transactions:
  - name: look
    colour: blue # not of ours
    steps:
      - name: items
        request: {url: /items}
load: {users: 1, duration: 5s}
`;
    await visit.go('/plans');
    await visit.id('plan-import').first().click();
    await visit.id('plan-import-files').click();
    await page.locator('input[type=file]').setInputFiles({ name: 'imported.yaml', mimeType: 'application/yaml', buffer: Buffer.from(text) });
    const line = visit.id('import-imported.yaml');
    await expect.poll(() => line.innerText()).toMatch(/6:5.*colour|line 6.*colour/i);
    await visit.id('import-ok').click();
    await page.waitForURL(/#\/plans\/imported/);
    await expect.poll(() => visit.id('problems').innerText()).toContain('1');
    await visit.id('problems').click();
    await expect.poll(() => page.getByRole('menuitem').first().innerText()).toMatch(/colour[\s\S]*line 6/);
    await page.keyboard.press('Escape');

    await page.getByRole('radiogroup', { name: 'How the plan is shown' }).getByText('YAML').click();
    await expect.poll(() => visit.id('plan-text').locator('.cm-lintRange-error, .cm-lintRange-warning').first().innerText()).toContain('colour');
    await page.getByRole('radiogroup', { name: 'How the plan is shown' }).getByText('Form').click();

    await page.getByRole('treeitem', { name: /items/ }).click();
    await visit.id('url-input').fill('/items?page=3');
    const saved = await save('imported', (t) => t.includes('page=3') || t.includes('page: '));
    expect(saved).toContain('    colour: blue # not of ours\n');
    expect((parse(saved) as { transactions: { colour: string }[] }).transactions[0]?.colour).toBe('blue');
    expect(visit.errors).toEqual([]);
  });
});

describe('what is typed', () => {
  const plan = (name: string, more = '') => `version: 1
name: ${name}
base_url: ${shop.url}
transactions:
  - name: look
    weight: 3
    steps:
      - name: items
        request: {method: POST, url: /echo, json: {a: 1}, headers: {X-A: b}}
      - name: more
        request: {url: /items}
  - name: "50% off: a/b?"
    steps: [{name: sale, request: {url: /items}}]
load: {users: 1, duration: 5s}
${more}`;

  it('as the name of a transaction keeps it open, and what names it follows', async () => {
    const { page } = visit;
    writeFileSync(file('names'), plan('names', 'thresholds: [p95(look) < 1s]\n'));
    await visit.go('/plans/names/tx/look');
    const name = visit.id('transaction-name');
    await name.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('stroll');
    expect(await name.inputValue()).toBe('stroll');
    await expect.poll(() => new URL(page.url()).hash).toBe('#/plans/names/tx/stroll');
    // (What is typed slowly is undone in several steps.)
    const presses = (keys: string) => async () => {
      await page.keyboard.press(keys);
      return await name.inputValue();
    };
    await expect.poll(presses('Control+Z')).toBe('look');
    await expect.poll(presses('Control+Shift+Z')).toBe('stroll');
    expect(await save('names', (t) => t.includes('stroll'))).toBe(plan('names', 'thresholds: [p95(stroll) < 1s]\n').replace('name: look', 'name: stroll'));
    // Whatever is in a name, its address leads to it.
    await page.getByRole('treeitem', { name: /50% off/ }).click();
    await expect.poll(() => name.inputValue()).toBe('50% off: a/b?');
    await page.reload();
    await expect.poll(() => name.inputValue()).toBe('50% off: a/b?');
    expect(visit.errors).toEqual([]);
  });

  it('and is no JSON yet stays in its field, unsaved and marked, and saving leads to it', async () => {
    const { page } = visit;
    writeFileSync(file('half'), plan('half'));
    await visit.go('/plans/half/tx/look?step=1&tab=body');
    await visit.id('body-json').waitFor();
    await write('body-json', '{"long": "text", "list": [1, 2');
    await expect.poll(() => visit.id('problems').innerText()).toContain('1');
    await page.getByRole('treeitem', { name: /more/ }).click();
    await page.getByRole('treeitem', { name: /^POST items/ }).click();
    await visit.id('tab-headers').click();
    await page.keyboard.press('Control+S');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('body-json');
    expect(await visit.id('body-json').innerText()).toBe('{"long": "text", "list": [1, 2');
    expect(await visit.id('dirty-dot').count()).toBe(1);
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText(']}');
    const saved = parse(await save('half', (t) => t.includes('long'))) as { transactions: { steps: { request: { json: unknown } }[] }[] };
    expect(saved.transactions[0]?.steps[0]?.request.json).toEqual({ long: 'text', list: [1, 2] });
    expect(await visit.id('problems').count()).toBe(0);
    expect(visit.errors).toEqual([]);
  });

  it('comes back after a crash, also when somebody types before asking for it', async () => {
    writeFileSync(file('crash'), plan('crash'));
    await visit.go('/plans/crash/tx/look?step=2');
    await visit.id('url-input').fill('/items?unsaved=1');
    const drafts = () => visit.page.evaluate(() => new Promise<number>((resolve) => {
      const open = indexedDB.open('lh-drafts');
      open.onsuccess = () => {
        const count = open.result.transaction('plans').objectStore('plans').count();
        count.onsuccess = () => {
          resolve(count.result);
          open.result.close();
        };
      };
    }));
    await expect.poll(drafts).toBe(1);
    await visit.page.close({ runBeforeUnload: false });

    const page = await visit.context.newPage();
    await page.goto(`${master.url}/#/plans/crash/tx/look?step=2`);
    const take = page.getByRole('button', { name: 'Take them up' });
    await take.waitFor();
    await page.getByTestId('url-input').fill('/items?other=1');
    await take.click();
    await expect.poll(() => page.getByTestId('url-input').inputValue()).toBe('/items?unsaved=1');
    // What was typed instead is one step back.
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(() => page.getByTestId('url-input').inputValue()).toBe('/items?other=1');
    expect(onDisk('crash')).toBe(plan('crash'));
  });
});

describe('steps', () => {
  it('are inserted between others, and come back as they were written', async () => {
    const { page } = visit;
    const before = COMMENTED(shop.url).replace('name: commented', 'name: between');
    writeFileSync(file('between'), before);
    await visit.go('/plans/between/tx/look');
    await page.getByRole('button', { name: 'Insert a step after items' }).click();
    await page.getByRole('menuitem', { name: 'Group' }).click();
    await visit.id('step-name').waitFor();
    await visit.id('step-name').fill('assets');
    await page.getByRole('treeitem', { name: /^(GET )?items/ }).focus();
    await page.keyboard.press('Delete');
    await page.getByRole('treeitem', { name: /^(GET )?one/ }).click();
    await visit.id('url-input').fill('/items/2');
    await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
    const text = await save('between', (t) => t.includes('assets'));
    expect(text).toContain(`      # the first page only
      - name: items
        request: {url: "/items?page=1"} # short
      - {group: assets`);
    expect(visit.errors).toEqual([]);
  });
});

describe('names', () => {
  const plan = (name: string) => `version: 1
name: ${name} # of ours
base_url: ${shop.url}
transactions:
  - name: look
    steps:
      - {name: items, request: {url: /items}}
      - {name: list, request: {url: /items}}
load: {users: 1, duration: 5s}
thresholds: [p95(look / items) < 1s, p95(items) < 2s, p95(items2) < 3]
`;

  it('of steps are followed by the thresholds that name them, in the form and in the tree', async () => {
    const { page } = visit;
    writeFileSync(file('followed'), plan('followed'));
    await visit.go('/plans/followed/tx/look?step=1');
    const name = visit.id('step-name');
    await name.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.keyboard.type('lists');
    const expected = plan('followed').replace('{name: items', '{name: lists').replace('look / items', 'look / lists').replace('p95(items)', 'p95(lists)');
    expect(await save('followed', (t) => t.includes('lists'))).toBe(expected);
    await page.getByRole('treeitem', { name: /lists/ }).focus();
    await page.keyboard.press('F2');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('first');
    await page.keyboard.press('Enter');
    expect(await save('followed', (t) => t.includes('first'))).toBe(expected.replaceAll('lists', 'first'));
    expect(visit.errors).toEqual([]);
  });

  it('of plans are followed by what the file says of its name, unless that is its own', async () => {
    const { page } = visit;
    writeFileSync(file('old'), plan('old'));
    writeFileSync(file('own'), plan('Shop of ours'));
    const choose = async (of: string, item: string) => {
      await visit.id(`plan-more-${of}`).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    const rename = async (from: string, to: string) => {
      await choose(from, 'Rename');
      await visit.id('plan-name').fill(to);
      await visit.id('plan-name-ok').click();
      await visit.id(`plan-row-${to}`).waitFor();
    };
    await visit.go('/plans');
    await rename('old', 'new');
    await expect.poll(() => onDisk('new')).toBe(plan('new'));
    await choose('new', 'Duplicate');
    await visit.id('plan-row-new 2').waitFor();
    expect(onDisk('new 2')).toBe(plan('new 2'));
    await rename('own', 'moved');
    expect(onDisk('moved')).toBe(plan('Shop of ours'));
    expect(visit.errors).toEqual([]);
  });
});

describe('a line of the tree', () => {
  const plan = (name: string) => `version: 1
name: ${name}
base_url: ${shop.url}
transactions:
  - name: look
    steps:
      - {name: items, request: {url: /items}}
      - {name: list, request: {url: /items}}
      - {name: last, request: {url: /items}}
load: {users: 1, duration: 5s}
`;
  const focused = () => visit.page.evaluate(() => document.activeElement?.getAttribute('data-node') ?? document.activeElement?.textContent ?? '');
  const steps = (text: string) => (parse(text) as { transactions: { steps: { name: string; enabled?: boolean }[] }[] }).transactions[0]?.steps.map((s) => (s.enabled === false ? `(${s.name})` : s.name));

  it('has a menu at the pointer', async () => {
    const { page } = visit;
    writeFileSync(file('pointed'), plan('pointed'));
    await visit.go('/plans/pointed/tx/look');
    const menu = visit.id('line-menu');
    const point = async (name: RegExp, item: string) => {
      await page.getByRole('treeitem', { name }).click({ button: 'right' });
      await menu.waitFor();
      await menu.getByRole('menuitem', { name: item }).click();
      await expect.poll(() => menu.count()).toBe(0);
    };
    await page.getByRole('treeitem', { name: /list/ }).click({ button: 'right' });
    await expect.poll(() => menu.getAttribute('aria-label')).toBe('Actions for list');
    expect((await menu.innerText()).split('\n').filter((l) => l.trim() !== '')).toEqual(['list', 'Add', 'Rename', 'F2', 'Duplicate', 'Disable', 'Move up', 'Alt ↑', 'Move down', 'Alt ↓', 'Delete', 'Del']);
    await visit.accessible('the menu of a line');
    await page.keyboard.press('Escape');
    await expect.poll(() => menu.count()).toBe(0);
    await expect.poll(focused).toBe('transactions/0/steps/1');

    await point(/list/, 'Move up');
    await expect.poll(focused).toBe('transactions/0/steps/0');
    await point(/last/, 'Disable');
    await expect.poll(focused).toBe('transactions/0/steps/2');
    // (The focus is where another line had it before: the lines say when it is done.)
    const lines = (name: RegExp) => page.getByRole('treeitem', { name }).count();
    await point(/items/, 'Duplicate');
    await expect.poll(() => lines(/items/)).toBe(2);
    await expect.poll(focused).toBe('transactions/0/steps/2');
    await point(/last/, 'Delete');
    await expect.poll(() => lines(/last/)).toBe(0);
    await expect.poll(focused).toBe('transactions/0/steps/2');
    await point(/list/, 'Rename');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('page');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('transactions/0/steps/0');
    expect(steps(await save('pointed', (t) => t.includes('page')))).toEqual(['page', 'items', 'items']);
    // Who clicks elsewhere is there.
    await page.getByRole('treeitem', { name: /page/ }).click({ button: 'right' });
    await menu.waitFor();
    await visit.id('url-input').click();
    await expect.poll(() => menu.count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('url-input');
    expect(visit.errors).toEqual([]);
  });

  it.each(['Shift+F10', 'ContextMenu'])('has a menu by %s, and its keys', async (key) => {
    const { page } = visit;
    const name = `keyed ${key.length}`;
    writeFileSync(file(name), plan(name));
    await visit.go(`/plans/${encodeURIComponent(name)}/tx/look`);
    const menu = visit.id('line-menu');
    const press = async (...keys: string[]) => {
      for (const k of keys) await page.keyboard.press(k);
    };
    const open = async () => {
      await press(key);
      await menu.waitFor();
      // A reader is at its first item at once.
      await expect.poll(focused).toBe('Add');
    };
    await page.getByRole('treeitem', { name: /list/ }).focus();
    await open();
    await press('Escape');
    await expect.poll(focused).toBe('transactions/0/steps/1');
    await open();
    await press('ArrowUp');
    await expect.poll(focused).toMatch(/^Delete/);
    await press('Enter');
    // The next line has the focus, and its keys.
    await expect.poll(focused).toBe('transactions/0/steps/1');
    await expect.poll(() => page.getByRole('treeitem').filter({ hasText: 'last' }).getAttribute('data-node')).toBe('transactions/0/steps/1');
    await open();
    await press('Enter');
    await expect.poll(focused).toBe('Transaction');
    await press('ArrowLeft');
    await expect.poll(focused).toBe('Add');
    await press('ArrowRight');
    await expect.poll(focused).toBe('Transaction');
    await press('g');
    await expect.poll(focused).toBe('Group');
    await press('Enter');
    await expect.poll(focused).toBe('transactions/0/steps/2');
    await press('F2', 'Control+A');
    await page.keyboard.type('assets');
    await press('Enter');
    await expect.poll(focused).toBe('transactions/0/steps/2');
    const saved = parse(await save(name, (t) => t.includes('assets'))) as { transactions: { steps: object[] }[] };
    expect(saved.transactions[0]?.steps.map((s) => Object.values(s)[0] as string)).toEqual(['items', 'last', 'assets']);
    expect(visit.errors).toEqual([]);
  });
});

describe('a variable of an environment', () => {
  it('is completed, explained with its environment, and known where that is chosen', async () => {
    const { page } = visit;
    mkdirSync(join(workspace.path, 'environments'), { recursive: true });
    writeFileSync(join(workspace.path, 'environments', 'stage.yaml'), 'variables: {region: eu-1}\n');
    writeFileSync(file('placed'), `version: 1\nname: placed\nbase_url: ${shop.url}\ntransactions:\n  - name: look\n    steps: [{name: items, request: {url: /}}]\nload: {users: 1, duration: 5s}\n`);
    await visit.go('/plans/placed/tx/look?step=1');
    const url = visit.id('url-input');
    await url.click();
    await page.keyboard.press('End');
    await page.keyboard.type('{{reg');
    const option = page.getByRole('option', { name: /region/ });
    await expect.poll(() => option.innerText()).toMatch(/region\s+eu-1 \(environment stage, which is not chosen\)/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => url.inputValue()).toBe('/{{region}}');
    // It is no variable of the plan alone: both the page and the master say so.
    await expect.poll(() => visit.id('problems').innerText()).toContain('1');
    const card = visit.id('placeholder-card');
    const explained = async () => {
      await url.focus();
      await page.keyboard.press('End');
      await page.keyboard.press('Alt+Enter');
      const text = await card.innerText();
      await page.keyboard.press('Escape');
      await expect.poll(() => card.count()).toBe(0);
      return text;
    };
    expect(await explained()).toMatch(/eu-1[\s\S]*Environment\s+stage[\s\S]*not chosen/);

    await choose(page.getByRole('combobox', { name: 'Environment' }), 'stage');
    await expect.poll(() => visit.id('problems').count()).toBe(0);
    const known = await explained();
    expect(known).toMatch(/eu-1[\s\S]*Environment\s+stage/);
    expect(known).not.toContain('not chosen');
    await save('placed', (t) => t.includes('region'));
    expect(await visit.id('problems').count()).toBe(0);
    // What changes in the environment is seen.
    writeFileSync(join(workspace.path, 'environments', 'stage.yaml'), 'variables: {zone: eu-1}\n');
    await expect.poll(() => {
      utimesSync(join(workspace.path, 'environments', 'stage.yaml'), new Date(), new Date());
      return visit.id('problems').count();
    }).toBe(1);
    expect(visit.errors).toEqual([]);
  });
});
