import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { approvalAnswerRequest } from '#protocol/approval';
import { runStart } from '#protocol/task';
import type { Keychain } from '../../../server/src/keychain/keychain.ts';
import { openConnection } from '../../../server/src/lsp/openConnection.ts';
import { serve } from '../../../server/src/lsp/serve.ts';
import { testWorld } from '../../scenario/play.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { openEditor, type Editor } from './editor.ts';

/** A keychain that does not exist. */
export const noKeychain: Keychain = {
  read: async () => null,
  write: async () => ({ kind: 'unavailable', message: 'there is no keychain here; install one' }),
  remove: async () => false,
  problem: () => null,
};

export interface Edge {
  readonly editor: Editor;
  readonly lokiHome: string;
  /** The codes the sidecar's process would have ended with. */
  readonly ends: readonly number[];
}

export interface EdgeOptions {
  readonly keychain?: Keychain;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTrusted?: boolean;
}

/** The editor's edge in this process, with a client at the other end of two streams. */
export async function openEdge(workspace: string, options: EdgeOptions = {}): Promise<Edge> {
  const lokiHome = await temporaryFolder();
  const there = new PassThrough();
  const back = new PassThrough();
  const ends: number[] = [];
  const transport = { reader: new StreamMessageReader(there), writer: new StreamMessageWriter(back) };
  const connection = openConnection(transport, { end: (code) => void ends.push(code) });
  const sidecar = serve(connection, {
    world: testWorld(lokiHome, options.env),
    keychain: options.keychain ?? noKeychain,
    version: '0',
  });
  connection.listen();
  const editor = openEditor(new StreamMessageReader(back), new StreamMessageWriter(there));
  onTestFinished(async () => {
    await sidecar.close();
    editor.connection.dispose();
    connection.dispose();
  });
  await editor.initialize(workspace, options.isTrusted ?? true);
  return { editor, lokiHome, ends };
}

/** A repository with one commit and a passing test. */
export async function repository(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await temporaryFolder({
    'package.json': '{"name":"x","type":"module","scripts":{"test":"node --test"}}\n',
    'a.test.js': "import test from 'node:test'; test('ok', () => {});\n",
    ...files,
  });
  const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: folder });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', 'start');
  return folder;
}

/** Starts a scenario of this folder and answers the run's id. */
export async function startScenario(
  editor: Editor,
  workspace: string,
  scenario: string,
  task = 'Play the story',
): Promise<string> {
  const started = await editor.ask(runStart, {
    workspace,
    task,
    provider: 'demo',
    model: null,
    profile: null,
    includeChanges: false,
    scenario: path.join(import.meta.dirname, 'scenarios', `${scenario}.yaml`),
  });
  if (started.kind === 'started') return started.runId;
  throw new Error(started.failure.message);
}

/** Resolves when a run has told its result. */
export async function resultOf(editor: Editor, runId: string) {
  return await editor.until(() => {
    const last = editor.changes.findLast(({ summary }) => summary.runId === runId)?.summary;
    return last?.result === null || last === undefined ? undefined : last;
  });
}

/** Whether a process with these arguments runs on this machine. */
export function isRunning(...words: readonly string[]): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`${words.join('\0')}\0`);
    } catch {
      return false;
    }
  });
}

/** Approves the command where this machine cannot confine it, and waits until it runs. */
export async function whileCommandRuns(editor: Editor, runId: string): Promise<void> {
  await editor.until(() => {
    const states = editor.eventsOf(runId).flatMap(({ event }) => {
      return event.type === 'action' && event.action?.kind === 'command' ? [event.state] : [];
    });
    return states.includes('running') || states.includes('awaiting') ? true : undefined;
  });
  const request = editor.openApprovals().find((open) => open.runId === runId);
  if (request !== undefined) {
    const { approvalId } = request;
    await editor.ask(approvalAnswerRequest, { approvalId, outcome: 'approved', scope: 'once', why: null });
  }
  while (!isRunning('sleep', '86423')) await new Promise((resolve) => setImmediate(resolve));
}
