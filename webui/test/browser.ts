// Debian's Chromium, through playwright-core.
import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { PATIENCE } from './programs';

const SHOTS = join(import.meta.dirname, '../screenshots');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function launch(): Promise<Browser> {
  return await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

export interface Look {
  language?: 'en' | 'zh' | 'en-XA';
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
}

/** A page with its own storage, that notes every error of the console. */
export class Visit {
  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly errors: string[],
    private readonly url: string,
  ) {}

  static async begin(browser: Browser, url: string, look: Look = {}): Promise<Visit> {
    const context = await browser.newContext({
      viewport: { width: look.width ?? 1440, height: look.height ?? 900 },
      colorScheme: look.theme ?? 'light',
      locale: look.language === 'zh' ? 'zh-CN' : 'en-GB',
      reducedMotion: 'reduce',
    });
    await context.addInitScript(
      ([language, theme]) => {
        if (sessionStorage.getItem('seeded')) return; // a reload keeps what was chosen meanwhile
        sessionStorage.setItem('seeded', 'yes');
        localStorage.setItem('lh-lang', language ?? 'en');
        localStorage.setItem('lh-theme', theme ?? 'light');
      },
      [look.language ?? 'en', look.theme ?? 'light'],
    );
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const errors: string[] = [];
    page.on('console', (m) => m.type() === 'error' && errors.push(`${m.text()} (${m.location().url})`));
    page.on('pageerror', (e) => errors.push(String(e)));
    return new Visit(context, page, errors, url);
  }

  /** Goes to a route, such as "/plans". */
  async go(route: string): Promise<void> {
    await this.page.goto(`${this.url}/#${route}`);
    await this.page.locator('h1').first().waitFor();
  }

  id(testId: string) {
    return this.page.getByTestId(testId);
  }

  /** A picture to look at, for who asks for some with PICTURES=yes. */
  async shot(name: string): Promise<void> {
    if (!process.env.PICTURES) return;
    mkdirSync(SHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }

  /** Fails with what axe finds against WCAG 2.2 AA; or by some of its rules only. */
  async accessible(what: string, rules?: string[]): Promise<void> {
    if (!(await this.page.evaluate(() => 'axe' in window))) await this.page.evaluate(AXE);
    const found = await this.page.evaluate(async (runOnly) => {
      const axe = (window as unknown as { axe: { run: (o: object) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> } }).axe;
      const result = await axe.run({ runOnly, resultTypes: ['violations'] });
      return result.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} – ${n.failureSummary ?? ''}`).join(' | ')}`);
    }, rules ?? ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']);
    expect(found, what).toEqual([]);
  }

  async end(): Promise<void> {
    await this.context.close();
  }
}
