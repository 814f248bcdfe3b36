import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DidChangeWatchedFilesNotification, type Connection, type InitializeParams } from 'vscode-languageserver/node';
import { questionAsk } from '#protocol/approval';
import { runChanged } from '#protocol/task';
import { workspaceChanged } from '#protocol/workspace';
import { rememberClean } from '../audit/write/rememberClean.ts';
import type { Keychain } from '../keychain/keychain.ts';
import type { World } from '../runs/world.ts';
import { detectSandbox } from '../sandbox/detect.ts';
import { redactSecrets } from '../scan/redact.ts';
import { bindApprovalHandlers } from './approvalHandlers.ts';
import { bindAuditHandlers } from './auditHandlers.ts';
import { createConfigDiagnostics } from './configDiagnostics.ts';
import { bindCostHandlers } from './costHandlers.ts';
import { bindDemoHandlers } from './demoHandlers.ts';
import { createDiagnosticBoard } from './diagnosticBoard.ts';
import { createEditorModels } from './editorModels.ts';
import { findingActions } from './findingActions.ts';
import { createFindingDiagnostics } from './findingDiagnostics.ts';
import { bindGateHandlers } from './gateHandlers.ts';
import { bindKeyHandlers } from './keyHandlers.ts';
import { createLiveRuns } from './liveRuns.ts';
import { editorLog, type Log } from './log.ts';
import { bindModelHandlers } from './modelHandlers.ts';
import { createPendingApprovals } from './pendingApprovals.ts';
import { createProviderKeys } from '../keychain/providerKeys.ts';
import { createRpc, type Rpc } from './rpc.ts';
import { bindPolicyHandlers } from './policyHandlers.ts';
import { bindRunHandlers } from './runHandlers.ts';
import { readSummary } from './runHistory.ts';
import { sendQuietly } from './sendQuietly.ts';
import { createTrust } from './trust.ts';
import { createWatchedWorkspaces } from './watchedWorkspaces.ts';
import { bindWorkspaceHandlers } from './workspaceHandlers.ts';
import { readWorkspaceState } from './workspaceState.ts';

// The edge to the editor put together: every message of the contract has its handler here, and nothing here decides.
// Called by the composition root, and by tests with a connection of their own.

/** Processes are killed at once; what a run still writes about its end is given this long. */
const closeWithinMs = 1500;

export interface SidecarDeps {
  readonly world: Omit<World, 'keyOf' | 'removalsOf' | 'editor'>;
  readonly keychain: Keychain;
  readonly version: string;
}

export interface Sidecar {
  readonly log: Log;
  /** Cancels every run; resolves when they have ended, or soon after their processes are killed. */
  close(): Promise<void>;
}

export function serve(connection: Connection, { keychain, version, ...deps }: SidecarDeps): Sidecar {
  const log = editorLog(connection);
  const rpc = createRpc(connection, log);
  const keys = createProviderKeys(keychain, deps.world.env);
  const world: World = {
    ...deps.world,
    keyOf: async (provider) => await keys.keyOf(provider),
    removalsOf: (provider) => keys.removalsOf(provider),
    editor: createEditorModels(rpc),
  };
  const trust = createTrust();
  const redact = rememberClean(redactSecrets);
  const board = createDiagnosticBoard((uri, diagnostics) => {
    sendQuietly(async () => await connection.sendDiagnostics({ uri, diagnostics: [...diagnostics] }));
  });
  const findings = createFindingDiagnostics(board, log);
  const reading = { world, keys, confinement: once(async () => (await detectSandbox(world.env)).confinement) };
  const workspaces = createWatchedWorkspaces({
    configuration: createConfigDiagnostics(world, board),
    findings,
    tellState: async (workspace) => rpc.tell(workspaceChanged, await readWorkspaceState(reading, workspace)),
    log,
  });
  const approvals = createPendingApprovals({
    person: world.person,
    redact,
    changed: (runId) => runs.find(runId)?.approvalsChanged(),
  });
  const runs = createLiveRuns({
    world,
    approvals,
    person: personBehind(rpc),
    redact,
    tell: (changed) => rpc.tell(runChanged, changed),
    onEvent: ({ workspace, record }, event) => findings.took(workspace, record.runId, event),
    summaryOfEnded: async (workspace, runId) => await readSummary(world, workspace, runId),
    log,
  });

  const noticed = (workspace: string): void => workspaces.notice(workspace);
  bindWorkspaceHandlers(rpc, { ...reading, noticed });
  bindRunHandlers(rpc, { world, runs, findings, trust, noticed });
  bindDemoHandlers(rpc, world);
  bindApprovalHandlers(rpc, approvals);
  bindAuditHandlers(rpc, world);
  bindCostHandlers(rpc, world, trust);
  bindPolicyHandlers(rpc, world);
  bindGateHandlers(rpc, runs);
  bindModelHandlers(rpc, world, keys);
  bindKeyHandlers(rpc, keys, () => workspaces.tellAll());
  connection.onCodeAction(findingActions);
  connection.onDidChangeWatchedFiles(({ changes }) => workspaces.changed(changes.flatMap(({ uri }) => pathOf(uri))));
  let folders: readonly string[] = [];
  connection.onInitialize((params) => {
    trust.take(params.initializationOptions);
    folders = foldersOf(params);
    return {
      capabilities: {
        codeActionProvider: { codeActionKinds: ['quickfix'] },
        workspace: { workspaceFolders: { supported: true } },
      },
      serverInfo: { name: 'loki', version },
    };
  });
  connection.onInitialized(() => {
    // Not earlier: before it has its answer, a client takes no notifications.
    for (const workspace of folders) noticed(workspace);
    connection.client
      .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/.loki/**' }] })
      .catch(() => log.info('The client does not watch files for the sidecar; it looks when it is asked'));
  });
  const close = once(async () => {
    findings.close();
    await Promise.race([runs.close(), later(closeWithinMs)]);
  });
  connection.onShutdown(close);
  return { log, close };
}

/** Questions in words go to whoever sits at the editor. */
function personBehind(rpc: Rpc) {
  return {
    reply: async (question: string, signal: AbortSignal): Promise<string | null> =>
      (await rpc.ask(questionAsk, { question, kind: 'agent' }, signal))?.answer ?? null,
    confirm: async (question: string, signal: AbortSignal): Promise<boolean> => {
      const answer = (await rpc.ask(questionAsk, { question, kind: 'confirmation' }, signal))?.answer ?? '';
      return /^\s*(y|yes)\s*$/i.test(answer);
    },
  };
}

function foldersOf({ workspaceFolders }: InitializeParams): readonly string[] {
  return (workspaceFolders ?? []).flatMap(({ uri }) => pathOf(uri));
}

function pathOf(uri: string): readonly string[] {
  return uri.startsWith('file:') ? [fileURLToPath(uri)] : [];
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | null = null;
  return async () => await (begun ??= work());
}

async function later(ms: number): Promise<void> {
  await sleep(ms, undefined, { ref: false });
}
