import { find, nameOf } from '../syntax.ts';
import { violation, type Rule } from '../rule.ts';

/** The DOM is known to `webview/` alone, and the way from a page to the editor to one file of it. */
export const domInPagesOnly: Rule = {
  name: 'the DOM in pages only',
  why: 'code that knows a page cannot run in the sidecar, and a second door from a page to the editor is one that nobody guards (invariant 8)',
  about: ['tsconfig.base.json', 'server/tsconfig.json', 'server/protocol/tsconfig.json'],
  find: (house) => [
    ...[...house.configurations].flatMap(([path, text]) => {
      if (path.startsWith('webview/') || !/"dom[."]/i.test(text)) return [];
      return [{ file: path, line: 1, says: 'gives the DOM to code that is no page' }];
    }),
    ...[...house.files.values()].flatMap((file) => [
      ...file.comments
        .filter((comment) => /^\/\s*<reference\s+lib\s*=\s*["']dom/i.test(comment) && !file.path.startsWith('webview/'))
        .map(() => violation(file, { start: 0 }, 'gives itself the DOM, and is no page')),
      ...find(
        file.program,
        ({ node }) => nameOf(node) === 'acquireVsCodeApi' && file.path !== 'webview/src/host.ts',
      ).map(({ node }) => violation(file, node, 'uses acquireVsCodeApi, which only webview/src/host.ts may')),
    ]),
  ],
  plants: [
    {
      title: 'a server that is compiled with the DOM',
      files: { 'server/tsconfig.json': '{ "compilerOptions": { "lib": ["es2024", "dom"] } }' },
      says: 'gives the DOM',
    },
    {
      title: 'a file that gives itself the DOM',
      files: { 'server/src/runs/loop.ts': '/// <reference lib="dom" />\nexport const x = 1;' },
      says: 'gives itself the DOM',
    },
    {
      title: 'a second door to the editor',
      files: { 'webview/src/task/task.ts': 'const editor = acquireVsCodeApi();' },
      says: 'webview/src/host.ts',
    },
  ],
};
