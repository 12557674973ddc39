// Two people edit the same plan: whose text is in the file afterwards is what they chose.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launch, Visit } from './browser';
import { folder, type Master, startMaster } from './programs';

const PLAN = `version: 1
name: shared
base_url: http://127.0.0.1:1
transactions:
  - name: look
    weight: 3
    steps:
      - name: items
        request: {url: /items}
  - name: buy
    weight: 1
    steps:
      - name: order
        request: {method: POST, url: /orders}
load: {users: 1, duration: 5s}
`;

let browser: Browser;
let workspace: ReturnType<typeof folder>;
let master: Master;
let mine: Visit;
let theirs: Visit;

const file = () => join(workspace.path, 'plans', 'shared.yaml');
const onDisk = () => readFileSync(file(), 'utf8');

beforeAll(async () => {
  workspace = folder();
  mkdirSync(join(workspace.path, 'plans'), { recursive: true });
  writeFileSync(file(), PLAN);
  [browser, master] = await Promise.all([launch(), startMaster(workspace.path)]);
});

afterAll(async () => {
  await browser?.close();
  await master?.program.stop();
  workspace?.remove();
});

/** Changes the weight of a transaction, and leaves it unsaved. */
async function weigh(visit: Visit, transaction: string, weight: string): Promise<void> {
  await visit.page.getByRole('treeitem', { name: new RegExp(`^${transaction}`) }).click();
  await visit.id('weight').fill(weight);
  await visit.id('dirty-dot').waitFor();
}

/** Both have changed something; theirs is saved, and mine is about to be. */
async function collide(): Promise<Locator> {
  await weigh(mine, 'look', '5');
  await weigh(theirs, 'buy', '8');
  await theirs.page.keyboard.press('Control+S');
  await expect.poll(onDisk).toBe(PLAN.replace('weight: 1', 'weight: 8'));
  // Who has something unsaved keeps it, and is told.
  await mine.page.getByText('Somebody else saved this plan meanwhile.').waitFor();
  // What says so takes its place from the form: nothing has moved out of the window.
  await expect.poll(() => mine.page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBe(0);
  expect(await mine.id('weight').inputValue()).toBe('5');
  await mine.page.keyboard.press('Control+S');
  const dialog = mine.page.getByRole('dialog', { name: 'Somebody else saved this plan' });
  await dialog.getByTestId('diff').waitFor();
  await expect.poll(() => dialog.locator('.cm-merge-a .cm-changedLine').allInnerTexts()).toEqual(['    weight: 5', '    weight: 1']);
  await expect.poll(() => dialog.locator('.cm-merge-b .cm-changedLine').allInnerTexts()).toEqual(['    weight: 3', '    weight: 8']);
  // Until somebody chooses, what is in the file stays.
  expect(onDisk()).toBe(PLAN.replace('weight: 1', 'weight: 8'));
  return dialog;
}

describe('a plan that two people edit', () => {
  beforeEach(async () => {
    writeFileSync(file(), PLAN);
    [mine, theirs] = await Promise.all([Visit.begin(browser, master.url), Visit.begin(browser, master.url)]);
    await Promise.all([mine.go('/plans/shared'), theirs.go('/plans/shared')]);
    for (const visit of [mine, theirs]) {
      await visit.page.getByRole('treeitem', { name: /^look/ }).click();
      await expect.poll(() => visit.id('weight').inputValue()).toBe('3');
    }
  });

  afterEach(async () => {
    for (const visit of [mine, theirs]) {
      // The answer 409 is what the dialog is made of; the browser notes it as an error.
      expect(visit.errors.filter((e) => !/\b409\b/.test(e))).toEqual([]);
      await visit.end();
    }
  });

  it('is mine again when I keep mine', async () => {
    const dialog = await collide();
    await dialog.getByRole('button', { name: 'Keep mine' }).click();
    await expect.poll(onDisk).toBe(PLAN.replace('weight: 3', 'weight: 5'));
    await expect.poll(() => mine.id('dirty-dot').count()).toBe(0);
    // The other one, who has nothing unsaved, sees it come.
    await expect.poll(() => theirs.id('weight').inputValue()).toBe('1');
  });

  it('is theirs when I take theirs', async () => {
    const dialog = await collide();
    await dialog.getByRole('button', { name: 'Take theirs' }).click();
    await expect.poll(() => mine.id('weight').inputValue()).toBe('3');
    await expect.poll(() => mine.id('dirty-dot').count()).toBe(0);
    expect(onDisk()).toBe(PLAN.replace('weight: 1', 'weight: 8'));
    // What was mine is one step back.
    await mine.page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => mine.id('weight').inputValue()).toBe('5');
  });

  it('is both when I edit the text and take that', async () => {
    const dialog = await collide();
    const take = dialog.getByRole('button', { name: 'Take the edited text' });
    expect(await take.isDisabled()).toBe(true);
    // Their change, taken into my text by the arrow between the two.
    await dialog.getByRole('button', { name: 'Take this change' }).last().click();
    await take.click();
    await mine.id('dirty-dot').waitFor();
    await mine.page.keyboard.press('Control+S');
    await expect.poll(onDisk).toBe(PLAN.replace('weight: 3', 'weight: 5').replace('weight: 1', 'weight: 8'));
    await expect.poll(() => mine.id('dirty-dot').count()).toBe(0);
  });

  it('waits when I decide later, and can be compared again', async () => {
    const dialog = await collide();
    await mine.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(onDisk()).toBe(PLAN.replace('weight: 1', 'weight: 8'));
    expect(await mine.id('weight').inputValue()).toBe('5');
    await mine.page.getByRole('button', { name: 'Compare' }).click();
    await dialog.getByRole('button', { name: 'Keep mine' }).click();
    await expect.poll(onDisk).toBe(PLAN.replace('weight: 3', 'weight: 5'));
  });
});
