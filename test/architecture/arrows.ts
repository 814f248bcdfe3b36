// The layer table. A new arrow between folders is a line changed here, in the same commit as the import, with the reason.

export interface Room {
  readonly name: string;
  /** The folder, with a slash at the end, or the files. */
  readonly at: readonly string[];
  /** Rooms, or single files of a room, from the root of `server/src`. */
  readonly mayImport: readonly string[];
  readonly why: string;
  /** In the design and not built yet. */
  readonly isLater?: true;
}

const belowRuns = [
  'protocol',
  'base',
  'policy',
  'scan',
  'audit',
  'cost',
  'gates',
  'models',
  'agents',
  'config',
  'sandbox',
  'workspace',
  'gateway',
];
const belowEdges = [...belowRuns, 'runs', 'keychain', 'identity', 'forward'];

export const rooms: readonly Room[] = [
  room(
    'protocol',
    ['server/protocol/'],
    [],
    'client, webview and server all import the contract; whatever it imported would come along into all three',
  ),
  room(
    'base',
    folder('base'),
    ['protocol'],
    'everything stands on base, so base stands on nothing but the words of the contract',
  ),
  room(
    'policy',
    folder('policy'),
    ['protocol', 'base'],
    'policy decides from what it is given; a room it knew could change its answer',
  ),
  room('scan', folder('scan'), ['protocol', 'base'], 'the scan is asked from every side and must not know who asks'),
  room(
    'storage',
    folder('storage'),
    ['protocol', 'base'],
    'storage keeps what it is given and knows nothing of what it means',
  ),
  room(
    'cost',
    folder('cost'),
    ['protocol', 'base', 'storage'],
    'money is counted from numbers alone, whoever spends it',
  ),
  room(
    'audit',
    folder('audit'),
    ['protocol', 'base', 'storage'],
    'the record must be provable without the rooms that it testifies about',
  ),
  room(
    'sandbox',
    folder('sandbox'),
    ['protocol', 'base', 'policy/permit.ts'],
    'who has effects sees of policy only the permit: what it may do was decided before',
  ),
  room(
    'tools',
    folder('tools'),
    ['protocol', 'base', 'sandbox', 'policy/permit.ts'],
    'who has effects sees of policy only the permit: what it may do was decided before',
  ),
  room(
    'models',
    folder('models'),
    ['protocol', 'base', 'cost/rates.ts', 'policy/permit.ts'],
    'who has effects sees of policy only the permit: what it may do was decided before',
  ),
  room(
    'workspace',
    folder('workspace'),
    ['protocol', 'base'],
    'host acts know git and the disk; why they happen is known above',
  ),
  room(
    'gates',
    folder('gates'),
    ['protocol', 'base', 'scan', 'sandbox', 'workspace'],
    'a gate judges the result, not the agent: it knows neither policy nor models',
  ),
  room(
    'agents',
    folder('agents'),
    ['protocol', 'base', 'models/settings.ts'],
    'a roster is data about roles, not the work they do',
  ),
  room(
    'config',
    folder('config'),
    ['protocol', 'base', 'policy', 'cost', 'models/settings.ts', 'gates/settings.ts'],
    'configuration turns files into the settings of rooms and opens none of them',
  ),
  room(
    'gateway',
    folder('gateway'),
    ['protocol', 'base', 'policy', 'scan', 'audit', 'cost', 'models', 'sandbox', 'tools'],
    'the one path joins the rooms of an action; runs and edges call it, it never calls them',
  ),
  room(
    'runs',
    folder('runs'),
    [...belowRuns, 'storage', 'tools'],
    'a run goes on without knowing whether an editor, a terminal or HTTP started it',
  ),
  room('keychain', folder('keychain'), ['protocol', 'base'], 'keys are handed out, never used there', {
    isLater: true,
  }),
  room(
    'identity',
    folder('identity'),
    ['protocol', 'base', 'storage'],
    'who acts is found out without knowing what is done',
    { isLater: true },
  ),
  room('forward', folder('forward'), ['protocol', 'base', 'audit'], 'forwarding reads the record and changes nothing', {
    isLater: true,
  }),
  room(
    'cli',
    folder('cli'),
    belowEdges,
    'an edge converts for the terminal; disk and effects are below it, other edges are none of its business',
  ),
  room(
    'lsp',
    folder('lsp'),
    belowEdges,
    'an edge converts for the editor; disk and effects are below it, other edges are none of its business',
    { isLater: true },
  ),
  room(
    'api',
    folder('api'),
    belowEdges,
    'an edge converts for HTTP; disk and effects are below it, other edges are none of its business',
    { isLater: true },
  ),
  // `server/loki.js` is cli.ts, as the launcher finds it beside itself in dist/.
  room(
    'composition root',
    ['server/src/cli.ts', 'server/src/main.ts', 'server/loki.js'],
    [...belowEdges, 'storage', 'tools', 'cli', 'lsp', 'api'],
    'only composition roots construct',
  ),
  room(
    'launcher',
    ['server/launcher.cjs'],
    ['composition root'],
    'the launcher runs under any Node, so it loads nothing but the finished engine, and that only under a new one',
  ),
  room('client', ['client/src/'], ['protocol'], 'the client shows and asks; with code of the server it could decide', {
    isLater: true,
  }),
  room('webview', ['webview/src/'], ['protocol'], 'a page is untrusted; with code of the server it could decide', {
    isLater: true,
  }),
];

/** Which rooms may import a package. A package that is not here is a new dependency: say what it is for. */
export const packages: Readonly<Record<string, readonly string[] | 'every room'>> = {
  zod: 'every room',
  yaml: ['config', 'agents', 'models', 'gates'],
  unbash: ['policy'],
  'simple-git': ['workspace'],
  '@pydantic/genai-prices': ['cost'],
  '@secretlint/core': ['scan'],
  '@secretlint/secretlint-rule-preset-recommend': ['scan'],
  ai: ['models'],
  '@ai-sdk/anthropic': ['models'],
  '@ai-sdk/google': ['models'],
  '@ai-sdk/openai': ['models'],
  '@ai-sdk/openai-compatible': ['models'],
  '@ai-sdk/provider': ['models'],
  '@modelcontextprotocol/sdk': ['tools'],
  '@github/keytar': ['keychain'],
  'vscode-languageserver': ['lsp'],
  'vscode-languageserver-textdocument': ['lsp'],
  'vscode-languageclient': ['client'],
  vscode: ['client'],
  '@vscode-elements/elements': ['webview'],
  lit: ['webview'],
  fastify: ['api'],
  'openid-client': ['identity'],
  jose: ['identity'],
};

/** Node's modules that only look, count or convert, or reach the disk (for which there is a rule of its own). */
export const commonBuiltins: readonly string[] = [
  'buffer',
  'crypto',
  'events',
  'fs',
  'fs/promises',
  'os',
  'path',
  'path/posix',
  'path/win32',
  'readline',
  'readline/promises',
  'stream',
  'stream/consumers',
  'stream/promises',
  'string_decoder',
  'timers',
  'timers/promises',
  'url',
  'util',
];

/** Node's modules that reach out of the process: which files or folders may, and what for. All others may not. */
export const guardedBuiltins: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  child_process: {
    'server/src/sandbox/': 'commands run here, under a permit',
    'server/src/workspace/': "Loki's own git, with everything of the repository's own switched off",
    'server/launcher.cjs': 'it starts the engine under the right Node',
  },
  net: {
    'server/src/sandbox/selfTest.ts': 'a listener of our own that must not be reachable from inside the sandbox',
    'server/src/sandbox/outputPipe.ts': "the reading end of a command's output",
  },
  sqlite: { 'server/src/storage/': 'the only room that knows what a database is' },
};

/** Which files reach the network by `fetch` or a socket, and what for. */
export const networkFiles: Readonly<Record<string, string>> = {
  'server/src/models/guardedFetch.ts': 'requests to providers, each under a permit',
  'server/src/models/sdk.ts': 'it hands the guarded fetch to the libraries of providers',
};

/** Which files or folders write to the disk, and what. All others read. */
export const diskWriters: Readonly<Record<string, string>> = {
  'server/src/tools/': 'what agents write, under a permit',
  'server/src/sandbox/': 'private folders of commands',
  'server/src/workspace/': 'worktrees',
  'server/src/storage/': 'databases and locks',
  'server/src/audit/': 'the record',
  'server/src/runs/': 'the state and receipt of a run, the copy of the sample',
  'server/src/base/atomicFile.ts': 'the one way to replace a file',
  'server/src/config/trust.ts': 'what the user has agreed to',
  'server/src/cli/context.ts': 'the output of the terminal, written through to its descriptor',
  'server/src/cli/gate.ts': 'the SARIF file that the caller names',
  'server/launcher.cjs': 'it asks whether a file is there; old syntax takes modules as a whole',
};

/** Files that read no clock, disk, network or chance: same input, same answer. */
export const pureFiles: readonly string[] = [
  'server/protocol/',
  'server/src/policy/',
  'server/src/base/digest.ts',
  'server/src/base/failure.ts',
  'server/src/base/invariant.ts',
  'server/src/base/visible.ts',
  'server/src/cost/bound.ts',
  'server/src/cost/budget.ts',
  'server/src/cost/limits.ts',
  'server/src/cost/money.ts',
  'server/src/cost/price.ts',
  'server/src/cost/rates.ts',
  'server/src/cost/tokenUsage.ts',
  'server/src/cost/windowKey.ts',
  'server/src/audit/chain.ts',
  'server/src/audit/entry.ts',
  'server/src/audit/entryLine.ts',
  'server/src/runs/runState.ts',
  'server/src/runs/transition.ts',
  'server/src/gates/verdict.ts',
];

/** What pure files may take from outside, by name; `*` is everything. */
export const pureImports: Readonly<Record<string, readonly string[]>> = {
  zod: ['*'],
  unbash: ['*'],
  'node:crypto': ['createHash', 'hash'],
  'node:buffer': ['isUtf8'],
  'node:path/posix': ['*'],
};

/** The commands that read, and what they must never reach, however many imports lie between (invariant 12). */
export const readers: readonly string[] = [
  'server/src/cli/audit.ts',
  'server/src/cli/cost.ts',
  'server/src/cli/policy.ts',
  'server/src/cli/scan.ts',
];

/** Code that writes and that readers may load all the same, and why nothing comes of it. */
export const harmlessToReaders: Readonly<Record<string, string>> = {
  'server/src/storage/sqlite.ts': 'it has a way to open a database for reading, which creates nothing',
  'server/src/cli/context.ts': 'it writes to the terminal',
};

/** The room a file belongs to, or null. */
export function roomOf(file: string): Room | null {
  return rooms.find(({ at }) => isIn(file, at)) ?? null;
}

/** Whether a file is one of these files or in one of these folders. */
export function isIn(file: string, places: Iterable<string>): boolean {
  for (const place of places) if (place.endsWith('/') ? file.startsWith(place) : file === place) return true;
  return false;
}

function room(
  name: string,
  at: readonly string[],
  mayImport: readonly string[],
  why: string,
  more: { readonly isLater?: true } = {},
): Room {
  return { name, at, mayImport, why, ...more };
}

function folder(name: string): readonly string[] {
  return [`server/src/${name}/`];
}
