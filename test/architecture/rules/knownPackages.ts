import { roomOf } from '../arrows.ts';
import { packages } from '../reach.ts';
import { violation, type Rule } from '../rule.ts';

/** Which room may import which package. */
export const knownPackages: Rule = {
  name: 'known packages',
  why: 'what a library can do, the room that imports it can do; one room for each library keeps it replaceable, and a new dependency is a decision that test/architecture/reach.ts records',
  about: ['server/src/models/', 'server/src/workspace/', 'server/src/scan/'],
  find: (house) =>
    [...house.files.values()].flatMap((file) => {
      const room = roomOf(file.path)?.name ?? 'no room';
      return file.imports.flatMap((found) => {
        if (found.target.kind !== 'package') return [];
        const { name } = found.target;
        const allowed = Object.hasOwn(packages, name) ? packages[name] : undefined;
        if (allowed === undefined)
          return [violation(file, found, `imports "${found.written}", which is not among the known packages`)];
        // The contract ends up in pages, for which the whole of zod is too heavy.
        if (room === 'protocol' && found.written !== 'zod/mini')
          return [violation(file, found, `imports "${found.written}", but protocol imports only zod/mini`)];
        if (allowed === 'every room' || allowed.includes(room)) return [];
        return [
          violation(
            file,
            found,
            `imports "${found.written}", which only ${allowed.join(', ')} may, and this is ${room}`,
          ),
        ];
      });
    }),
  plants: [
    plant(
      'the contract imports more than zod',
      'server/protocol/run.ts',
      "import type { Document } from 'yaml';",
      'protocol imports only zod/mini',
    ),
    plant(
      'the contract imports the whole of zod',
      'server/protocol/run.ts',
      "import * as z from 'zod';",
      'protocol imports only zod/mini',
    ),
    plant(
      'the SDK outside of models',
      'server/src/runs/loop.ts',
      "import { streamText } from 'ai';",
      'only models may',
    ),
    plant(
      'a type of the SDK outside of models',
      'server/src/gateway/modelGateway.ts',
      "import type { ModelMessage } from 'ai';",
      'only models may',
    ),
    plant(
      'a provider outside of models',
      'server/src/config/schema.ts',
      "const sdk = await import('@ai-sdk/anthropic');",
      'only models may',
    ),
    plant(
      'the editor below its edge',
      'server/src/runs/loop.ts',
      "import type { Connection } from 'vscode-languageserver/node';",
      'only lsp may',
    ),
    plant(
      'VS Code in the server',
      'server/src/lsp/handlers.ts',
      "import * as vscode from 'vscode';",
      'only client may',
    ),
    plant('VS Code in a page', 'webview/src/task/task.ts', "import type { Uri } from 'vscode';", 'only client may'),
    plant(
      'git outside of workspace',
      'server/src/tools/gitStatus.ts',
      "import { simpleGit } from 'simple-git';",
      'only workspace may',
    ),
    plant(
      'a database of another make',
      'server/src/storage/sqlite.ts',
      "import Database from 'better-sqlite3';",
      'not among the known packages',
    ),
    plant(
      'a package by an address',
      'server/src/runs/loop.ts',
      "const x = await import('data:text/javascript,export default 1');",
      'not among the known packages',
    ),
  ],
};

function plant(title: string, file: string, text: string, says: string) {
  return { title, files: { [file]: text }, says } as const;
}
