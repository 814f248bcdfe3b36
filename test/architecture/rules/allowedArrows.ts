import { roomOf, type Room } from '../arrows.ts';
import type { House } from '../house.ts';
import { violation, type Rule } from '../rule.ts';

/** The layer table: which room may import which, by value or by type. */
export const allowedArrows: Rule = {
  name: 'allowed arrows',
  why: 'a room that imports only what stands below it can be read, tested and trusted alone; a new arrow is a new line in test/architecture/arrows.ts with its reason',
  about: ['server/protocol/', 'server/src/base/', 'server/src/policy/', 'server/src/runs/', 'server/src/cli/'],
  find: (house) =>
    [...house.files.values()].flatMap((file) => {
      const room = roomOf(file.path);
      if (room === null) {
        return [
          violation(
            file,
            { start: 0 },
            `${file.path} is in no room of the layer table; put it into a folder that is, or add the folder`,
          ),
        ];
      }
      return file.imports.flatMap((found) => {
        if (found.target.kind !== 'file') return [];
        const problem = problemOf(house, room, found.target.path);
        return problem === null ? [] : [violation(file, found, `imports ${found.target.path}, but ${problem}`)];
      });
    }),
  plants: [
    plant(
      'the contract knows a room',
      'server/protocol/run.ts',
      "import type { Failure } from '../src/base/failure.ts';",
      'protocol may import nothing of ours',
    ),
    plant(
      'policy knows the gateway',
      'server/src/policy/paths.ts',
      "import type { Judge } from '../gateway/judge.ts';",
      'policy may import only protocol, base',
    ),
    plant(
      'policy knows the disk',
      'server/src/policy/paths.ts',
      "import type { Database } from '../storage/sqlite.ts';",
      'policy may import only protocol, base',
    ),
    plant(
      'scan knows policy',
      'server/src/scan/redact.ts',
      "import { evaluate } from '../policy/evaluate.ts';",
      'scan may import only protocol, base',
    ),
    plant(
      'a tool asks policy itself',
      'server/src/tools/readFile.ts',
      "import { evaluate } from '../policy/evaluate.ts';",
      'policy/permit.ts',
    ),
    plant(
      'a tool knows the type of a decision',
      'server/src/tools/readFile.ts',
      "import type { Decision } from '../policy/decision.ts';",
      'policy/permit.ts',
    ),
    plant(
      'the sandbox reads scope',
      'server/src/sandbox/bare.ts',
      "import type { Policy } from '../policy/policy.ts';",
      'policy/permit.ts',
    ),
    plant(
      'a model reads residency',
      'server/src/models/sdk.ts',
      "import { judgeModelCall } from '../policy/residency.ts';",
      'policy/permit.ts',
    ),
    plant(
      'a tool calls the gateway',
      'server/src/tools/readFile.ts',
      "export { createGateway } from '../gateway/gateway.ts';\nexport const x = 1;",
      'tools may import only',
    ),
    plant(
      'the gateway knows runs',
      'server/src/gateway/gateway.ts',
      "import type { Rooms } from '../runs/openRooms.ts';",
      'gateway may import only',
    ),
    plant(
      'runs know the terminal',
      'server/src/runs/loop.ts',
      "import { styleFor } from '../cli/style.ts';",
      'runs may import only',
    ),
    plant(
      'runs know the editor',
      'server/src/runs/loop.ts',
      "const { notify } = await import('../lsp/rpc.ts');",
      'runs may import only',
    ),
    plant(
      'runs know HTTP',
      'server/src/runs/loop.ts',
      "type Route = import('../api/routes.ts').Route;",
      'runs may import only',
    ),
    plant(
      'runs know a composition root',
      'server/src/runs/loop.ts',
      "import { world } from '../cli.ts';",
      'runs may import only',
    ),
    plant(
      'one edge knows another',
      'server/src/lsp/handlers.ts',
      "import { exitFailed } from '../cli/command.ts';",
      'lsp may import only',
    ),
    plant('an edge knows a composition root', 'server/src/cli/run.ts', "import '../main.ts';", 'cli may import only'),
    plant(
      'the client knows the engine',
      'client/src/extension.ts',
      "import { evaluate } from '../../server/src/policy/evaluate.ts';",
      'client may import only protocol',
    ),
    plant(
      'the client knows a type of the engine',
      'client/src/extension.ts',
      "import type { Policy } from '../../server/src/policy/policy.ts';",
      'client may import only protocol',
    ),
    plant(
      'a page knows the engine',
      'webview/src/task/task.ts',
      "import { price } from '../../../server/src/cost/price.ts';",
      'webview may import only protocol',
    ),
    plant(
      'a page knows the client',
      'webview/src/task/task.ts',
      "import type { Sidecar } from '../../../client/src/sidecar/sidecar.ts';",
      'webview may import only protocol',
    ),
    plant(
      'the engine knows the client',
      'server/src/lsp/handlers.ts',
      "import type { View } from '../../../client/src/views/view.ts';",
      'lsp may import only',
    ),
    plant('a folder that nobody has named', 'server/src/utils/text.ts', 'export const nothing = 0;', 'is in no room'),
    plant('a file beside the rooms', 'server/src/engine.ts', 'export const nothing = 0;', 'is in no room'),
    plant(
      'an import that leaves the source',
      'server/src/runs/loop.ts',
      "import settings from '../../../package.json';",
      'which is no source of ours',
    ),
  ],
};

function problemOf(house: House, room: Room, target: string): string | null {
  const other = roomOf(target);
  // Files that are not there yet are the compiler's business; files that are there and belong nowhere are ours.
  if (other === null)
    return house.files.has(target) ? `it is in no room` : `this leads to ${target}, which is no source of ours`;
  const isAllowed =
    room === other ||
    room.mayImport.includes(other.name) ||
    room.mayImport.some((allowed) => target === `server/src/${allowed}`);
  if (isAllowed) return null;
  const allowed = room.mayImport.length === 0 ? 'nothing of ours' : `only ${room.mayImport.join(', ')}`;
  return `${room.name} may import ${allowed}: ${room.why}`;
}

function plant(title: string, file: string, text: string, says: string) {
  return { title, files: { [file]: text }, says } as const;
}
