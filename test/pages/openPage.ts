import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod/mini';
import type { PageName, PageServer } from './servePages.ts';

export const allThemes = ['light', 'dark', 'hc-light', 'hc-dark'] as const;
export type Theme = (typeof allThemes)[number];

export interface OpenedPage {
  readonly page: Page;
  /** Says something to the page, as the editor would. */
  readonly send: (message: unknown) => Promise<void>;
  /** What the page has said, all of it. */
  readonly posted: () => Promise<readonly Record<string, unknown>[]>;
  readonly kept: () => Promise<unknown>;
  readonly paint: (theme: Theme, background?: 'editor' | 'sidebar') => Promise<void>;
  /** What axe finds that is serious or worse, in words. */
  readonly seriousFindings: (rules?: 'all' | 'contrast') => Promise<readonly string[]>;
  /** Errors of scripts, and whatever the content security policy refused. */
  readonly troubles: () => readonly string[];
}

// The variables that VS Code's own themes give to webviews: Light Modern, Dark Modern and both of high contrast.
const themes = z
  .record(z.enum(allThemes), z.record(z.string(), z.string()))
  .parse(JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures/themes.json'), 'utf8')));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const bodyClass: Readonly<Record<Theme, string>> = {
  light: 'vscode-light',
  dark: 'vscode-dark',
  'hc-light': 'vscode-high-contrast vscode-high-contrast-light',
  'hc-dark': 'vscode-high-contrast',
};

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: Theme;
  /** What the page kept when it was there before. */
  readonly kept?: unknown;
}

/** A page in a browser with what VS Code gives to webviews: the door to the editor, the theme's variables, the body's class. */
export async function openPage(
  browser: Browser,
  server: PageServer,
  name: PageName,
  { width = 1100, height = 900, theme = 'dark', kept }: OpenOptions = {},
): Promise<OpenedPage> {
  const page = await browser.newPage({
    viewport: { width, height },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  await page.addInitScript(`(() => {
    let state = ${JSON.stringify(kept) ?? 'undefined'};
    window.__posted = [];
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => window.__posted.push(structuredClone(message)),
      getState: () => state,
      setState: (next) => { state = structuredClone(next); window.__kept = state; },
    });
    document.addEventListener('securitypolicyviolation', (event) => console.error('CSP refused ' + event.violatedDirective + ' ' + event.sample));
  })()`);
  await page.goto(server.urlOf(name));
  const opened: OpenedPage = {
    page,
    send: async (message) => {
      await page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
      // Two frames: one in which the page draws, one in which it is drawn.
      await page.evaluate(
        'new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done))))',
      );
    },
    posted: async () => await page.evaluate('window.__posted'),
    kept: async () => await page.evaluate('window.__kept'),
    paint: async (next, background = 'editor') => {
      await page.evaluate(`(() => {
        const root = document.documentElement;
        root.removeAttribute('style');
        for (const [name, value] of Object.entries(${JSON.stringify(themes[next])})) root.style.setProperty(name, value);
        root.style.setProperty('color-scheme', ${JSON.stringify(next.includes('light') ? 'light' : 'dark')});
        root.style.backgroundColor = 'var(--vscode-${background === 'editor' ? 'editor' : 'sideBar'}-background)';
        document.body.className = ${JSON.stringify(bodyClass[next])};
      })()`);
    },
    seriousFindings: async (rules = 'all') => {
      await page.evaluate(axe);
      return await page.evaluate(`axe.run(document, ${rules === 'all' ? '{}' : "{ runOnly: ['color-contrast'] }"}).then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical' || impact === 'moderate')
        .map(({ id, help, nodes }) => id + ': ' + help + ' at ' + nodes.map(({ target, any }) => target.join(' ') + (any[0]?.message ? ' (' + any[0].message + ')' : '')).slice(0, 6).join(', ')))`);
    },
    troubles: () => troubles,
  };
  await opened.paint(theme);
  return opened;
}
