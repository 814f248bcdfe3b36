import { fork, spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import {
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { onTestFinished } from 'vitest';
import { openEditor, type Editor } from './editor.ts';

const bundle = path.join(import.meta.dirname, '..', '..', '..', 'dist', 'sidecar.js');

export interface BuiltSidecar {
  readonly editor: Editor;
  readonly process: ChildProcess;
  /** Its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

export interface SidecarOptions {
  readonly transport?: 'stdio' | 'ipc';
  readonly env?: Readonly<Record<string, string>>;
  /** Words put before the program, such as a session with a keychain. Its error stream is the test's to read then. */
  readonly under?: readonly string[];
}

/** The built sidecar as a process of its own, spoken to as an editor would: over standard streams, or an IPC channel. */
export function startSidecar(lokiHome: string, options: SidecarOptions = {}): BuiltSidecar {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, LOKI_HOME: lokiHome, ...options.env };
  const [program, ...args] = [...(options.under ?? []), process.execPath, bundle, '--stdio'];
  const child =
    options.transport !== 'ipc'
      ? spawn(program, args, { env, stdio: ['pipe', 'pipe', options.under === undefined ? 'inherit' : 'pipe'] })
      : fork(bundle, ['--node-ipc'], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const editor =
    child.stdout === null || child.stdin === null
      ? openEditor(new IPCMessageReader(child), new IPCMessageWriter(child))
      : openEditor(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  onTestFinished(async () => {
    editor.connection.dispose();
    child.kill('SIGKILL');
    await ended;
  });
  return { editor, process: child, ended };
}
