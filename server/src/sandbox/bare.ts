import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { invariant } from '../base/invariant.ts';
import { isPermit } from '../policy/permit.ts';
import { cleanEnvironment, problemWithVariables } from './cleanEnvironment.ts';
import { commandOutcome } from './commandOutcome.ts';
import type { Sandbox } from './confinement.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { killTree } from './processTree.ts';
import { serveProcess } from './serveProcess.ts';
import { spawn } from './spawn.ts';
import { isBelow } from './toolchain.ts';

/** Names that shells, compilers and package managers of the user need outside a sandbox; none of them is a secret. */
const takenOver = [
  'PATH',
  'USER',
  'LOGNAME',
  'SHELL',
  'PYENV_ROOT',
  'VOLTA_HOME',
  'NVM_DIR',
  'RUSTUP_HOME',
  'CARGO_HOME',
  'JAVA_HOME',
  'GOPATH',
  'GOROOT',
  'SystemRoot',
  'PATHEXT',
  'COMSPEC',
];

/**
 * Commands without a sandbox: a clean environment, a home and temporary folder of their own, the same limits and the
 * same kill, but nothing keeps them from the user's files and the network. `why` says so to people.
 */
export function bareSandbox(env: NodeJS.ProcessEnv, why: string, limits: Limits = defaultLimits): Sandbox {
  return {
    confinement: { kind: 'none', detail: why },
    run: async (permit, enclosure, signal) => {
      invariant(isPermit(permit, 'command'), 'a command runs only with a permit for it');
      const { action } = permit;
      const problem = problemWithVariables(action.env ?? {});
      if (problem !== null) return { kind: 'not_started', reason: problem };
      if (action.command.includes('\0')) return { kind: 'not_started', reason: 'the command contains a NUL character' };
      const bash = findBash(env);
      if (bash === null)
        return { kind: 'not_started', reason: 'bash was not found; install it and see that it is in PATH' };
      const workspace = await realpath(enclosure.workspace).catch(() => null);
      const cwd = await realpath(path.resolve(enclosure.workspace, action.cwd ?? '.')).catch(() => null);
      if (workspace === null || cwd === null || !isBelow(cwd, workspace)) {
        return { kind: 'not_started', reason: `${action.cwd ?? enclosure.workspace} is no folder of the workspace` };
      }
      const folder = await mkdtemp(path.join(os.tmpdir(), 'loki-command-'));
      // Every process inherits this name and value, so that one which left its group and lost its parent is found.
      const mark = `LOKI_COMMAND=${randomBytes(12).toString('hex')}`;
      try {
        const ended = await spawn(
          {
            file: bash,
            args: ['--noprofile', '--norc', '-c', action.command],
            cwd,
            env: { ...environment(env, folder), ...action.env, LOKI_COMMAND: mark.slice('LOKI_COMMAND='.length) },
            inputs: [],
            hasStatus: false,
            timeoutMs: action.timeoutMs ?? limits.timeoutMs,
            limits,
            killAll: async (pid) => await killTree(pid, mark, 200),
          },
          signal,
        );
        return commandOutcome(ended);
      } finally {
        await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      }
    },
    serve: async (permit, enclosure, program) => {
      invariant(isPermit(permit, 'mcp_start'), 'a server starts only with a permit for it');
      const problem = problemWithVariables(program.env);
      if (problem !== null) return { kind: 'not_started', reason: problem };
      const workspace = await realpath(enclosure.workspace).catch(() => null);
      const cwd = await realpath(path.resolve(enclosure.workspace, program.cwd)).catch(() => null);
      if (workspace === null || cwd === null || !isBelow(cwd, workspace)) {
        return { kind: 'not_started', reason: `${program.cwd} is no folder of the workspace` };
      }
      const folder = await mkdtemp(path.join(os.tmpdir(), 'loki-command-'));
      const value = randomBytes(12).toString('hex');
      return await serveProcess({
        file: program.command,
        args: program.args,
        cwd,
        env: { ...environment(env, folder), ...program.env, LOKI_COMMAND: value },
        inputs: [],
        hasStatus: false,
        limits,
        killAll: async (pid) => await killTree(pid, `LOKI_COMMAND=${value}`, 200),
        clear: async () => await rm(folder, { recursive: true, force: true }).catch(() => undefined),
      });
    },
  };
}

function environment(env: NodeJS.ProcessEnv, folder: string): Readonly<Record<string, string>> {
  const taken: Record<string, string> = { ...cleanEnvironment(env) };
  for (const name of takenOver) {
    const value = env[name];
    if (value !== undefined) taken[name] = value;
  }
  return { ...taken, HOME: folder, TMPDIR: folder };
}

function findBash(env: NodeJS.ProcessEnv): string | null {
  const inPath = (env['PATH'] ?? '').split(path.delimiter).filter((place) => path.isAbsolute(place));
  const names = process.platform === 'win32' ? ['bash.exe'] : ['bash'];
  const places = ['/bin', '/usr/bin', ...inPath].flatMap((place) => names.map((name) => path.join(place, name)));
  return places.find((place) => existsSync(place)) ?? null;
}
