import path from 'node:path';

/** The program that is VS Code: its server half runs under the Node of this process. */
export const codeServer = path.join(import.meta.dirname, '../node_modules/code-server/out/node/entry.js');
