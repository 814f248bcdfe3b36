import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { invariant } from '../base/invariant.ts';
import { isPermit } from '../policy/permit.ts';
import { bubblewrapArguments, type Confined } from './bubblewrap.ts';
import { cleanEnvironment, problemWithVariables } from './cleanEnvironment.ts';
import type { CommandOutcome, Enclosure, Sandbox, ServedProgram, ServeOutcome } from './confinement.ts';
import { commandOutcome } from './commandOutcome.ts';
import { isBlocked, viewDependencies, type DependencyView } from './dependencyLinks.ts';
import { defaultLimits, limitsInWords, type Limits } from './limits.ts';
import { findMasks } from './masks.ts';
import { openNetwork, type Network } from './network/openNetwork.ts';
import { privateHome, readSettings, writePrivateFiles, type Settings } from './privateFiles.ts';
import { hasInheritable } from './inheritable.ts';
import { isRunning, killGroup } from './processTree.ts';
import { seccompFilter } from './seccomp.ts';
import { serveProcess } from './serveProcess.ts';
import { spawn, type Ended } from './spawn.ts';
import { findToolchain, isBelow, type Toolchain } from './toolchain.ts';

export interface BubblewrapDeps {
  /** The absolute path of bubblewrap's program. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly limits?: Limits;
}

/** Commands in bubblewrap. Whether it holds on this machine is `detectSandbox`'s question. */
export function bubblewrapSandbox(deps: BubblewrapDeps): Sandbox {
  const limits = deps.limits ?? defaultLimits;
  const prepared = prepare(deps);
  return {
    confinement: {
      kind: 'bubblewrap',
      detail:
        'commands see only the worktree and installed programs, and no host that is not in allowed_hosts; ' +
        `${limitsInWords(limits)}${prepared.filter === null ? '; no filter of system calls for this kind of processor' : ''}`,
    },
    run: async (permit, enclosure, signal) => {
      invariant(isPermit(permit, 'command'), 'a command runs only with a permit for it');
      const { action } = permit;
      const request: ConfinedCommand = {
        command: action.command,
        cwd: action.cwd ?? '.',
        variables: action.env ?? {},
        timeoutMs: action.timeoutMs ?? limits.timeoutMs,
      };
      return await runConfined(prepared, enclosure, request, signal);
    },
    serve: async (permit, enclosure, program) => {
      invariant(isPermit(permit, 'mcp_start'), 'a server starts only with a permit for it');
      return await serveConfined(prepared, enclosure, program);
    },
  };
}

const bash = ['/bin/bash', '--noprofile', '--norc'];

// Loki may have been started with files already open (by an editor, a CI runner), and Node hands such descriptors on.
// An open folder of the host would be a way out, so where there are any they are closed before the command begins;
// bubblewrap closes its own.
const closeInherited =
  'for fd in /proc/$$/fd/*; do fd="${fd##*/}"; if [ "$fd" -gt 2 ]; then eval "exec $fd>&-"; fi; done';
const runCommand = `exec ${bash.join(' ')} -c "$1"`;
const runProgram = 'exec -- "$@"';

export interface ConfinedCommand {
  readonly command: string;
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface ConfinedDeps extends BubblewrapDeps {
  readonly limits: Limits;
  readonly toolchain: Toolchain;
  readonly filter: Buffer | null;
  readonly settings: Settings;
}

/** What is the same for every command: found out once. */
export function prepare(deps: BubblewrapDeps): ConfinedDeps {
  return {
    ...deps,
    limits: deps.limits ?? defaultLimits,
    toolchain: findToolchain(deps.env),
    filter: seccompFilter(process.arch),
    settings: readSettings(),
  };
}

/** Runs one command line in bubblewrap. Only the sandbox, with a permit, and the self-test call it. */
export async function runConfined(
  deps: ConfinedDeps,
  enclosure: Enclosure,
  request: ConfinedCommand,
  signal: AbortSignal,
): Promise<CommandOutcome> {
  if (request.command.includes('\0')) return { kind: 'not_started', reason: 'the command contains a NUL character' };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-command-'));
  const network = await openNetwork(folder, enclosure.network);
  try {
    const place = confine(deps, enclosure, request, folder, network);
    if ('reason' in place) return { kind: 'not_started', reason: place.reason };
    // Most commands need nothing before them, and a second shell costs as much as the first.
    const before = beforeStart(network);
    const script =
      before.length === 0 ? [request.command] : [[...before, runCommand].join('\n'), 'loki', request.command];
    const ended = await spawn(
      {
        file: deps.program,
        args: ['--args', '3', '--', ...bash, '-c', ...script],
        cwd: '/',
        env: {},
        inputs: place.inputs,
        hasStatus: true,
        timeoutMs: request.timeoutMs,
        limits: deps.limits,
        killAll: killConfined,
      },
      signal,
    );
    return confinedOutcome(ended);
  } finally {
    await network.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts a program that stays. Its private folder goes when it has ended. */
async function serveConfined(
  deps: ConfinedDeps,
  enclosure: Enclosure,
  { command, args, cwd, env }: ServedProgram,
): Promise<ServeOutcome> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-command-'));
  const network = await openNetwork(folder, enclosure.network);
  const clear = async (): Promise<void> => {
    await network.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const place = confine(deps, enclosure, { cwd, variables: env }, folder, network);
  if ('reason' in place) {
    await clear();
    return { kind: 'not_started', reason: place.reason };
  }
  return await serveProcess({
    file: deps.program,
    args: [
      '--args',
      '3',
      '--',
      ...bash,
      '-c',
      [...beforeStart(network), runProgram].join('\n'),
      'loki',
      command,
      ...args,
    ],
    cwd: '/',
    env: {},
    inputs: place.inputs,
    hasStatus: true,
    limits: deps.limits,
    killAll: killConfined,
    clear,
  });
}

/** What the shell does before the command itself. */
function beforeStart(network: Network): readonly string[] {
  return [...(hasInheritable() ? [closeInherited] : []), ...network.startUp];
}

/** Null where there is nothing. */
function realPath(place: string): string | null {
  try {
    return realpathSync.native(place);
  } catch {
    return null;
  }
}

/** Lays out what a process will see: the arguments of bubblewrap, and its filter, as they are handed over. */
function confine(
  deps: ConfinedDeps,
  enclosure: Enclosure,
  request: Pick<ConfinedCommand, 'cwd' | 'variables'>,
  folder: string,
  network: Network,
): { readonly inputs: readonly Buffer[] } | { readonly reason: string } {
  const problem = problemWithVariables(request.variables);
  if (problem !== null) return { reason: problem };
  const workspace = realPath(enclosure.workspace);
  if (workspace === null) return { reason: `the workspace ${enclosure.workspace} is gone` };
  const cwd = realPath(path.resolve(workspace, request.cwd));
  if (cwd === null || !isBelow(cwd, workspace)) return { reason: `${request.cwd} is no folder of the workspace` };
  const dependencies = findDependencies(workspace, enclosure);
  if ('reason' in dependencies) return dependencies;

  const covered = dependencies.views.map(({ at }) => at);
  const confined: Confined = {
    workspace,
    cwd,
    masks: findMasks({
      workspace,
      hidden: enclosure.hidden,
      readOnly: enclosure.readOnly,
      covered: [...covered, path.join(workspace, '.git')],
    }),
    dependencies: dependencies.views,
    toolchain: deps.toolchain,
    env: environment(deps, { ...network.env, ...request.variables }),
    files: writePrivateFiles(folder, deps.settings),
    limits: deps.limits,
    seccompFd: deps.filter === null ? null : 4,
    statusFd: deps.filter === null ? 4 : 5,
    concealed: [deps.env['HOME'] ?? '', deps.env['LOKI_HOME'] ?? ''].filter((place) => path.isAbsolute(place)),
    network: network.arguments,
  };
  const args = bubblewrapArguments(confined);
  // A NUL would start an argument of the attacker's own. Everything that could carry one was refused above.
  invariant(
    args.every((arg) => !arg.includes('\0')),
    'an argument of bubblewrap contains a NUL',
  );
  return { inputs: [Buffer.from(`${args.join('\0')}\0`), ...(deps.filter === null ? [] : [deps.filter])] };
}

function environment(
  deps: ConfinedDeps,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const folders = [
    ...deps.toolchain.path,
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
    '/usr/local/sbin',
    '/usr/sbin',
    '/sbin',
  ];
  return {
    ...cleanEnvironment(deps.env),
    ...deps.toolchain.env,
    HOME: privateHome,
    TMPDIR: '/tmp',
    PATH: [...new Set(folders)].join(':'),
    ...variables,
  };
}

type FoundDependencies = { readonly views: readonly DependencyView[] } | { readonly reason: string };

function findDependencies(workspace: string, enclosure: Enclosure): FoundDependencies {
  const views: DependencyView[] = [];
  for (const [index, { from, at }] of enclosure.dependencies.entries()) {
    const place = path.resolve(workspace, path.relative(enclosure.workspace, path.resolve(enclosure.workspace, at)));
    if (!isBelow(place, workspace) || place === workspace || isBlocked(place, workspace)) {
      return {
        reason: `${path.relative(workspace, place)} is no folder of the workspace, so that dependencies cannot be shown there; remove it`,
      };
    }
    views.push(viewDependencies(from, place, index));
  }
  return { views };
}

/** SIGKILL to bubblewrap takes the whole tree with it: the first process inside dies, and with it its namespace. */
async function killConfined(pid: number, status: string): Promise<void> {
  killGroup(pid);
  const inside = Number(/"child-pid": *(\d+)/.exec(status)?.[1] ?? 0);
  const deadline = performance.now() + 250;
  const pids = [pid, inside].filter((id) => id > 0);
  while (pids.some(isRunning) && performance.now() < deadline) await pause(2);
}

// bubblewrap reports an exit code only when the command was really started. Without one its message is in the output.
function confinedOutcome(ended: Ended): CommandOutcome {
  if (ended.end.kind === 'exited' && !ended.end.status.includes('"exit-code"') && ended.end.exitCode < 128) {
    const message = ended.output.split('\n').find((line) => line.startsWith('bwrap: ')) ?? ended.output.slice(0, 300);
    return { kind: 'not_started', reason: `the sandbox could not start the command: ${message.trim()}` };
  }
  return commandOutcome(ended);
}
