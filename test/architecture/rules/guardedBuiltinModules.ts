import { roomOf } from '../arrows.ts';
import { commonBuiltins, guardedBuiltins, isIn } from '../reach.ts';
import { violation, type Rule } from '../rule.ts';

/** Who starts processes, opens sockets and databases. */
export const guardedBuiltinModules: Rule = {
  name: "Node's powerful modules",
  why: 'processes, sockets and databases are how an effect leaves the house, so the few files that have them are listed with the reason in test/architecture/reach.ts',
  about: ['server/src/sandbox/', 'server/src/storage/', 'server/launcher.cjs'],
  find: (house) =>
    [...house.files.values()].flatMap((file) =>
      file.imports.flatMap((found) => {
        if (found.target.kind !== 'builtin') return [];
        const { name } = found.target;
        const places = Object.keys(guardedBuiltins[name] ?? {});
        const isPage = ['protocol', 'webview'].includes(roomOf(file.path)?.name ?? '');
        if (!isPage && (commonBuiltins.includes(name) || isIn(file.path, places))) return [];
        const who = isPage
          ? 'nothing that a page loads may'
          : places.length === 0
            ? 'nobody may'
            : `only ${places.join(', ')} may`;
        return [violation(file, found, `imports node:${name}, which ${who}`)];
      }),
    ),
  plants: [
    plant(
      'a process started by the loop',
      'server/src/runs/loop.ts',
      "import { spawn } from 'node:child_process';",
      'child_process',
    ),
    plant(
      'a process started by a tool, past the sandbox',
      'server/src/tools/runCommand.ts',
      "import { execFile } from 'child_process';",
      'child_process',
    ),
    plant(
      'a process started by a late import',
      'server/src/gates/runGates.ts',
      "const { exec } = await import('node:child_process');",
      'child_process',
    ),
    plant(
      'a database beside storage',
      'server/src/cost/openLedger.ts',
      "import { DatabaseSync } from 'node:sqlite';",
      'node:sqlite',
    ),
    plant('a socket', 'server/src/tools/fetchUrl.ts', "import { connect } from 'node:net';", 'node:net'),
    plant('a request past fetch', 'server/src/models/sdk.ts', "import https from 'node:https';", 'directFetch.ts may'),
    plant(
      'code that runs outside of every rule',
      'server/src/runs/loop.ts',
      "import { runInNewContext } from 'node:vm';",
      'nobody may',
    ),
    plant(
      'the disk in the contract',
      'server/protocol/run.ts',
      "import type { Stats } from 'node:fs';",
      'nothing that a page loads may',
    ),
  ],
};

function plant(title: string, file: string, text: string, says: string) {
  return { title, files: { [file]: text }, says } as const;
}
