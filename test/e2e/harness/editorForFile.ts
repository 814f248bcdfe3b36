import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startBrowser } from './browser.ts';
import { openWindow, type Window, type WindowOptions } from './openWindow.ts';
import { sampleProject, type SampleProject } from './sampleProject.ts';
import { lokiLog } from './lokiLog.ts';
import { startEditor, type Editor, type EditorOptions } from './startEditor.ts';

export interface Session {
  readonly editor: () => Editor;
  /** A window on a folder; closed when the test ends, with a picture of it when the test failed. */
  open(folder: string | null, options?: WindowOptions): Promise<Window>;
  /** A fresh sample project and a window on it. */
  openSample(files?: Readonly<Record<string, string>>, options?: WindowOptions): Promise<[Window, SampleProject]>;
  /** Fresh sample projects with these names, and one window on all of them. */
  openTogether(
    names: readonly string[],
    files?: Readonly<Record<string, string>>,
  ): Promise<[Window, ReadonlyMap<string, SampleProject>]>;
}

/** One editor and one browser for all tests of a file; projects and windows are each test's own. */
export function editorForFile(options: EditorOptions = {}): Session {
  let editor: Editor | undefined;
  let browser: BrowserContext | undefined;
  const cleanUp: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    [editor, browser] = await Promise.all([startEditor(options), startBrowser()]);
  });
  const windows: Window[] = [];
  afterEach(async ({ task }) => {
    const hasFailed = task.result?.state === 'fail';
    for (const [index, window] of windows.splice(0).entries()) {
      if (hasFailed) await window.picture(`failed-${task.name}-${index + 1}`.replaceAll(/[^\w-]+/g, '-'));
      await window.close();
    }
    if (hasFailed) process.stderr.write(await lokiLog(running()));
    for (const step of cleanUp.splice(0).toReversed()) await step();
  });
  afterAll(async () => await Promise.all([editor?.stop(), browser?.close()]));

  const running = (): Editor => {
    if (editor === undefined) throw new Error('the editor of this file did not start');
    return editor;
  };
  const open: Session['open'] = async (folder, windowOptions) => {
    if (browser === undefined) throw new Error('the browser of this file did not start');
    const window = await openWindow(browser, running(), folder, windowOptions);
    windows.push(window);
    return window;
  };
  const make = async (files?: Readonly<Record<string, string>>, name?: string): Promise<SampleProject> => {
    const project = await sampleProject(files, name);
    cleanUp.push(async () => await project.remove());
    return project;
  };
  return {
    editor: running,
    open,
    openSample: async (files, windowOptions) => {
      const project = await make(files);
      return [await open(project.root, windowOptions), project];
    },
    openTogether: async (names, files) => {
      const projects = new Map<string, SampleProject>();
      for (const name of names) projects.set(name, await make(files, name));
      const folders = [...projects.values()].map(({ root }) => ({ path: root }));
      // Beside the home, where no project is: it must not lie in a folder that it opens.
      const file = path.join(running().home, 'shops.code-workspace');
      await writeFile(file, JSON.stringify({ folders }));
      return [await open(file), projects];
    },
  };
}
