import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
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
  /** Keeps a picture; the name is the file's. */
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
}

const pictures = path.join(import.meta.dirname, '../.screenshots');

/** Opens a folder (none: an empty window), and waits until the workbench stands. */
export async function openWindow(
  browser: BrowserContext,
  editor: Editor,
  folder: string | null,
  { width = 1280, height = 860 }: WindowOptions = {},
): Promise<Window> {
  const page = await browser.newPage();
  await page.setViewportSize({ width, height });
  await page.goto(folder === null ? `${editor.address}/?ew=true` : `${editor.address}/?folder=${encodeURI(folder)}`);
  const bench = workbench(page);
  await bench.isReady();
  return {
    page,
    workbench: bench,
    palette: palette(page),
    taskPage: taskPage(page),
    auditPage: auditPage(page),
    gatesPage: gatesPage(page),
    problems: problems(page),
    statusBar: statusBar(page),
    notifications: notifications(page),
    tree: tree(page),
    picture: async (name) => {
      await mkdir(pictures, { recursive: true });
      await writeFile(path.join(pictures, `${name}.png`), await stillPicture(page));
    },
    close: async () => await page.close(),
  };
}

/** A picture that looks like the one before it: what is still being painted would be half a picture. */
async function stillPicture(page: Page): Promise<Buffer> {
  let last = await page.screenshot({ animations: 'disabled' });
  // A clock on a page may move for ever; the last picture is good enough then.
  for (let shot = 0; shot < 8; shot += 1) {
    const next = await page.screenshot({ animations: 'disabled' });
    if (next.equals(last)) return next;
    last = next;
  }
  return last;
}
