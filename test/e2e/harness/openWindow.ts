import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { inject } from 'vitest';
import { auditPage, type AuditPage } from '../pages/auditPage.ts';
import { gatesPage, type GatesPage } from '../pages/gatesPage.ts';
import { notifications, type Notifications } from '../pages/notifications.ts';
import { palette, type Palette } from '../pages/palette.ts';
import { problems, type Problems } from '../pages/problems.ts';
import { statusBar, type StatusBar } from '../pages/statusBar.ts';
import { taskPage, type TaskPage } from '../pages/taskPage.ts';
import { tree, type Tree } from '../pages/tree.ts';
import { workbench, type Workbench } from '../pages/workbench.ts';
import type { Editor } from './startEditor.ts';
import { until } from './until.ts';

/** A window of VS Code with all that a test may look at or touch. */
export interface Window {
  readonly page: Page;
  readonly workbench: Workbench;
  readonly palette: Palette;
  readonly taskPage: TaskPage;
  readonly auditPage: AuditPage;
  readonly gatesPage: GatesPage;
  readonly problems: Problems;
  readonly statusBar: StatusBar;
  readonly notifications: Notifications;
  readonly tree: Tree;
  /** Reloads the window, as a person does who runs the command, and waits until the workbench stands again. */
  reload(): Promise<void>;
  /** Waits until the tests inside of the extension host have ended. */
  testsInHostEnded(): Promise<void>;
  /** Keeps a picture; the name is the file's. */
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  /** A file whose `run` is called inside of the extension host, where the extension is the one under development. */
  readonly testsInHost?: string;
  /** A folder with an extension that is loaded beside Loki, with all that VS Code only proposes. */
  readonly extension?: string;
}

const pictures = path.join(import.meta.dirname, '../.screenshots');

/** Opens a folder or a workspace file (none: an empty window), and waits until the workbench stands. */
export async function openWindow(
  browser: BrowserContext,
  editor: Editor,
  folder: string | null,
  { width = 1280, height = 860, testsInHost, extension }: WindowOptions = {},
): Promise<Window> {
  const page = await browser.newPage();
  await page.setViewportSize({ width, height });
  let hasEnded = false;
  if (testsInHost !== undefined) {
    // VS Code calls these two by their names.
    await page.exposeFunction('codeAutomationExit', () => (hasEnded = true));
    await page.exposeFunction('codeAutomationLog', () => undefined);
  }
  await page.goto(`${editor.address}/?${query(folder)}${payload(told(editor, testsInHost, extension))}`);
  const bench = workbench(page);
  await bench.isReady();
  const picker = palette(page);
  return {
    page,
    workbench: bench,
    palette: picker,
    taskPage: taskPage(page),
    auditPage: auditPage(page),
    gatesPage: gatesPage(page),
    problems: problems(page),
    statusBar: statusBar(page),
    notifications: notifications(page),
    tree: tree(page),
    reload: async () => {
      const loaded = page.waitForEvent('load');
      await picker.run('Developer: Reload Window');
      await loaded;
      await bench.isReady();
    },
    testsInHostEnded: async () => {
      await until('the tests inside of the extension host have ended', () => hasEnded, 240_000);
    },
    picture: async (name) => {
      await mkdir(pictures, { recursive: true });
      await writeFile(path.join(pictures, `${name}.png`), await stillPicture(page));
    },
    close: async () => await page.close(),
  };
}

function query(folder: string | null): string {
  if (folder === null) return 'ew=true';
  return `${folder.endsWith('.code-workspace') ? 'workspace' : 'folder'}=${encodeURI(folder)}`;
}

/** What VS Code is told to develop: the installed extension where tests run inside of the host, or one beside it. */
function told(
  { address }: Editor,
  testsInHost: string | undefined,
  extension: string | undefined,
): readonly (readonly [string, string])[] {
  const remote = (file: string): string => `vscode-remote://${new URL(address).host}${file}`;
  const installed = path.join(inject('extensionsFolder'), 'loki.loki-0.1.0');
  if (testsInHost !== undefined) {
    return [
      ['extensionDevelopmentPath', remote(installed)],
      ['extensionTestsPath', remote(testsInHost)],
    ];
  }
  if (extension === undefined) return [];
  return [
    ['extensionDevelopmentPath', remote(extension)],
    ['enableProposedApi', ''],
  ];
}

/** VS Code takes it only with the option `enable-smoke-test-driver`. */
function payload(pairs: readonly (readonly [string, string])[]): string {
  return pairs.length === 0 ? '' : `&payload=${encodeURIComponent(JSON.stringify(pairs))}`;
}

/** A picture that looks like the one before it: what is still being painted would be half a picture. */
async function stillPicture(page: Page): Promise<Buffer> {
  let last = await page.screenshot({ animations: 'disabled' });
  // A clock on a page may move for ever; the last picture is good enough then.
  for (let shot = 0; shot < 4; shot += 1) {
    const next = await page.screenshot({ animations: 'disabled' });
    if (next.equals(last)) return next;
    last = next;
  }
  return last;
}
