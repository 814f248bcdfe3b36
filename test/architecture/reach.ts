// What reaches out of the house, and from where it may. A new line here is a decision: say what it is for.

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
  ajv: ['tools'],
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
  dgram: { 'server/src/audit/anchor/syslog.ts': 'a line about the log for a syslog server, where one is configured' },
  dns: { 'server/src/sandbox/network/proxy.ts': 'the addresses of hosts that scope allows commands to reach' },
  'dns/promises': {
    'server/src/base/nearHost.ts': 'the addresses of a host, looked at before they are connected to',
    'server/src/tools/web/pinnedRequest.ts': 'a host is looked up once, and the connection goes there',
  },
  http: {
    'server/src/base/directFetch.ts': 'the same as for net',
    'server/src/sandbox/network/proxy.ts': 'the only way out of the sandbox, to hosts that scope allows',
    'server/src/tools/web/': 'requests to addresses that were looked at, each behind a permit',
  },
  https: {
    'server/src/base/directFetch.ts': 'the same as for net',
    'server/src/tools/web/pinnedRequest.ts': 'the same, encrypted',
  },
  tls: { 'server/src/base/directFetch.ts': 'the same as for net' },
  net: {
    'server/src/sandbox/network/': 'tunnels out of the sandbox, and which addresses lie where',
    'server/src/base/addresses.ts': 'lists of networks, and what is an address; no socket is opened',
    'server/src/tools/web/': 'what is an address; no socket is opened',
    'server/src/audit/anchor/syslog.ts': 'the same over TCP',
    'server/src/sandbox/selfTest.ts': 'a listener of our own that must not be reachable from inside the sandbox',
    'server/src/sandbox/outputPipe.ts': "the reading end of a command's output",
    'server/src/base/nearHost.ts': 'which addresses are this machine; it opens no socket',
    'server/src/base/directFetch.ts': 'requests on a way that was decided: who may use it is listed below',
  },
  sqlite: { 'server/src/storage/': 'the only room that knows what a database is' },
  worker_threads: {
    'server/src/config/loadConfigSync.ts': 'it reads the configuration for callers that cannot wait for a promise',
    'server/src/policyLibrary.ts': 'its callers ask synchronously, and the engine waits for the disk',
    'server/src/policyWorker.ts': 'the engine that they ask',
  },
};

/** Which files reach the network by `fetch` or a socket, and what for. */
export const networkFiles: Readonly<Record<string, string>> = {
  'server/src/models/guardedFetch.ts': 'requests to providers, each under a permit',
  'server/src/gateway/postWebhook.ts': 'every webhook: approvals that are needed, money that runs short; signed',
  'server/src/audit/anchor/witness.ts': 'the signed state of the log, to the witness that is configured',
  'server/src/models/sdk.ts': 'it hands the guarded fetch to the libraries of providers',
  'server/src/models/sdkProvider.ts': 'the same, for each provider',
  'server/src/base/directFetch.ts': 'the way itself: no proxy and no address but those that were looked at',
  'server/src/runs/localModels.ts': 'which models a server of this machine has; nothing of a task is sent to it',
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
  'server/src/base/makeFolder.ts': 'the one way to make a folder and what is missing above it',
  'server/src/config/trust.ts': 'what the user has agreed to',
  'server/src/cli/context.ts': 'the output of the terminal, written through to its descriptor',
  'server/src/cli/gate.ts': 'the SARIF file that the caller names',
  'server/src/cli/audit/openExport.ts': 'the export that the caller names, never in the folder of the log',
  'server/launcher.cjs': 'it asks whether a file is there; old syntax takes modules as a whole',
};

/** Files that read no clock, disk, network or chance: same input, same answer. */
export const pureFiles: readonly string[] = [
  'server/protocol/',
  'server/src/policy/',
  'server/src/base/digest.ts',
  'server/src/base/failure.ts',
  'server/src/base/invariant.ts',
  'server/src/cost/bound.ts',
  'server/src/cost/budget.ts',
  'server/src/cost/limits.ts',
  'server/src/cost/money.ts',
  'server/src/cost/price.ts',
  'server/src/cost/rates.ts',
  'server/src/cost/tokenUsage.ts',
  'server/src/cost/windowKey.ts',
  'server/src/cost/windowSpan.ts',
  'server/src/cost/windows.ts',
  'server/src/audit/chain/',
  'server/src/audit/anchor/anchorRecord.ts',
  'server/src/audit/anchor/settings.ts',
  'server/src/audit/merkle/',
  'server/src/audit/note/',
  'server/src/audit/export/',
  'server/src/audit/personal/commitment.ts',
  'server/src/audit/query/entryFilter.ts',
  'server/src/audit/checkpoint/checkpointText.ts',
  'server/src/audit/checkpoint/keyChain.ts',
  'server/src/audit/proof/checkProof.ts',
  'server/src/audit/proof/entryCount.ts',
  'server/src/audit/proof/proofDocument.ts',
  'server/src/audit/checkpoint/readRecord.ts',
  'server/src/audit/query/entryLine.ts',
  'server/src/audit/query/prefilter.ts',
  'server/src/audit/query/segmentIndex.ts',
  'server/src/audit/query/varints.ts',
  'server/src/audit/verify/chainCheck.ts',
  'server/src/audit/verify/evidence.ts',
  'server/src/audit/verify/findings.ts',
  'server/src/audit/verify/knownProblems.ts',
  'server/src/audit/verify/lineCutter.ts',
  'server/src/audit/verify/lineFacts.ts',
  'server/src/audit/verify/markCheck.ts',
  'server/src/audit/verify/segmentCheck.ts',
  'server/src/audit/verify/sequence.ts',
  'server/src/audit/verify/signedRecord.ts',
  'server/src/audit/verify/start.ts',
  'server/src/audit/verify/tornEnd.ts',
  'server/src/audit/verify/verdict.ts',
  'server/src/audit/verify/verdictWords.ts',
  'server/src/runs/runState.ts',
  'server/src/runs/transition.ts',
  'server/src/gates/verdict.ts',
];

/** What pure files may take from outside, by name; `*` is everything. */
export const pureImports: Readonly<Record<string, readonly string[]>> = {
  zod: ['*'],
  unbash: ['*'],
  'node:crypto': ['createHash', 'createPublicKey', 'Hash', 'hash', 'KeyObject', 'sign', 'verify'],
  'node:buffer': ['isUtf8'],
  'node:path/posix': ['*'],
};

/** The commands that read, and what they must never reach, however many imports lie between (invariant 12). */
export const readers: readonly string[] = [
  'server/src/cli/audit/verify.ts',
  'server/src/cli/audit/list.ts',
  'server/src/cli/audit/export.ts',
  'server/src/cli/audit/prove.ts',
  'server/src/cli/cost.ts',
  'server/src/cli/policy.ts',
  'server/src/cli/scan.ts',
  'server/src/lsp/auditHandlers.ts',
];

/** Code that writes and that readers may load all the same, and why nothing comes of it. */
export const harmlessToReaders: Readonly<Record<string, string>> = {
  'server/src/storage/sqlite.ts': 'it has a way to open a database for reading, which creates nothing',
  'server/src/base/makeFolder.ts': 'reached through storage/sqlite.ts, whose way for readers does not call it',
  'server/src/cli/context.ts': 'it writes to the terminal',
};

/** Whether a file is one of these files or in one of these folders. */
export function isIn(file: string, places: Iterable<string>): boolean {
  for (const place of places) if (place.endsWith('/') ? file.startsWith(place) : file === place) return true;
  return false;
}
