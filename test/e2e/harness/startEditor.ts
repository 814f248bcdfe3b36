import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import { codeServer } from './codeServer.ts';
import { freePort } from './freePort.ts';
import { processesWith } from './processes.ts';
import { until } from './until.ts';

export interface EditorOptions {
  /** Asks whether a folder is trusted, as VS Code does by itself; otherwise every folder is. */
  readonly asksForTrust?: boolean;
  /** A session bus with an unlocked keyring on it; otherwise there is no bus at all. */
  readonly hasKeyring?: boolean;
  /** Options of the server of VS Code itself, each without a value. */
  readonly vscodeOptions?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A running VS Code, without a window yet. */
export interface Editor {
  readonly address: string;
  readonly home: string;
  readonly lokiHome: string;
  readonly profile: string;
  /** The environment of a shell of the person who uses this editor. */
  readonly env: Readonly<Record<string, string>>;
  /** What code-server itself has printed. */
  output(): string;
  stop(): Promise<void>;
}

// Unlocking with an empty password would create no keyring, and every later set would fail.
const keyring = [
  'dbus-run-session',
  '--',
  'sh',
  '-c',
  'printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null; printf "DBUS_SESSION_BUS_ADDRESS=%s\\n" "$DBUS_SESSION_BUS_ADDRESS" > "$HOME/session.env"; exec "$@"',
  'sh',
];

const quiet = {
  'security.workspace.trust.startupPrompt': 'never',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'chat.disableAIFeatures': true,
  'git.openRepositoryInParentFolders': 'never',
  'window.commandCenter': false,
  // Whatever else this machine serves is no news for these tests.
  'remote.autoForwardPorts': false,
  'telemetry.telemetryLevel': 'off',
};

/** Starts VS Code with a home, a profile and a Loki home of its own. Whoever starts it stops it. */
export async function startEditor(options: EditorOptions = {}): Promise<Editor> {
  const place = await realpath(await mkdtemp(path.join(os.tmpdir(), 'loki-e2e-')));
  const home = path.join(place, 'home');
  const profile = path.join(place, 'profile');
  const runtime = path.join(place, 'run');
  const temporary = path.join(place, 'tmp');
  await Promise.all([
    mkdir(home),
    mkdir(path.join(profile, 'User'), { recursive: true }),
    mkdir(runtime, { mode: 0o700 }),
    mkdir(temporary),
  ]);
  const settings = JSON.stringify({ ...quiet, ...options.settings });
  await writeFile(path.join(profile, 'User/settings.json'), settings);
  await writeFile(path.join(home, '.gitconfig'), '[user]\n\tname = Ada\n\temail = ada@example.com\n');

  const lokiHome = path.join(place, 'loki');
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    LOKI_HOME: lokiHome,
    LANG: 'C.UTF-8',
    XDG_RUNTIME_DIR: runtime,
    TMPDIR: temporary,
    EXTENSIONS_GALLERY: '{}',
    ...options.env,
  };
  const port = await freePort();
  const flags = `--auth none --bind-addr 127.0.0.1:${port} --disable-telemetry --disable-update-check --disable-getting-started-override`;
  const command = [
    ...(options.hasKeyring === true ? keyring : []),
    process.execPath,
    codeServer,
    ...flags.split(' '),
    ...(options.asksForTrust === true ? [] : ['--disable-workspace-trust']),
    ...(options.vscodeOptions ?? []).flatMap((option) => ['--vscode-option', option]),
    '--user-data-dir',
    profile,
    '--extensions-dir',
    inject('extensionsFolder'),
  ];
  const [program = '', ...args] = command;
  const server = spawn(program, args, { cwd: place, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text: Buffer) => (output += String(text)));

  const stop = async (): Promise<void> => {
    await end(home);
    await rm(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  const address = `http://127.0.0.1:${port}`;
  try {
    await until('code-server is ready', async () => {
      if (server.exitCode !== null) throw new Error(`code-server ended: ${output}`);
      return await isHealthy(address);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const session = options.hasKeyring === true ? await sessionOf(home) : {};
  return { address, home, lokiHome, profile, env: { ...env, ...session }, output: () => output, stop };
}

async function isHealthy(address: string): Promise<boolean> {
  try {
    return (await fetch(`${address}/healthz`)).ok;
  } catch {
    return false;
  }
}

/** Where the session's bus is. */
async function sessionOf(home: string): Promise<Readonly<Record<string, string>>> {
  const lines = (await readFile(path.join(home, 'session.env'), 'utf8')).split('\n');
  const line = lines.find((text) => text.startsWith('DBUS_SESSION_BUS_ADDRESS='));
  return line === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS: line.slice(line.indexOf('=') + 1) };
}

/** Ends the editor and whatever carries its home in its environment, each by its id. */
async function end(home: string): Promise<void> {
  const left = (): number[] => processesWith('HOME', home).map(({ pid }) => pid);
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of left()) {
      try {
        process.kill(pid, name);
      } catch {
        // It ended in between.
      }
    }
  };
  signal('SIGTERM');
  try {
    await until('the editor has ended', () => left().length === 0, 4000);
  } catch {
    signal('SIGKILL');
  }
}
