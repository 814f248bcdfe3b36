import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GateResult } from '#protocol/gate';
import { diskFailure } from '../base/diskFailure.ts';
import { Failure } from '../base/failure.ts';
import { makeFolder } from '../base/makeFolder.ts';
import { loadProfile, profileNames } from '../gates/profile.ts';
import { runGates } from '../gates/runGates.ts';
import { sarifOf } from '../gates/sarif.ts';
import type { GateSettings } from '../gates/settings.ts';
import { verdictOf } from '../gates/verdict.ts';
import type { CommandOutcome } from '../sandbox/confinement.ts';
import { openCheckout } from '../workspace/checkout.ts';
import type { CliCommand, CliContext } from './command.ts';
import { exitCodeOf } from './exitCode.ts';
import { readOptions, refuseMore, workspaceOf } from './options.ts';

export interface GateCommandDeps {
  /** The `gates` section of the workspace's configuration. */
  readonly loadSettings: (workspace: string, ctx: CliContext) => Promise<GateSettings>;
  /** Runs one command in the workspace, confined as well as this machine can. */
  readonly runCommand: (workspace: string, command: string, signal: AbortSignal) => Promise<CommandOutcome>;
  readonly version: string;
}

/** `loki gate`: runs the gates on the checkout as it is, or lists them. Exits like `run`. */
export function makeGateCommand(deps: GateCommandDeps): CliCommand {
  return {
    name: 'gate',
    usage:
      'loki gate run [--profile P] [--sarif FILE]     exit code 0 VERIFIED, 1 CONCERNS, 2 BLOCKED, 3 an error\nloki gate list [--profile P]',
    options: [
      ['--profile P', 'the gates of this profile instead of the configured one'],
      ['--sarif FILE', 'also write the findings to a file, for code scanning'],
    ],
    summary: 'Run the quality gates on this checkout, or list them',
    run: async (args, ctx) => {
      const { values, positionals } = readOptions(args, { profile: { type: 'string' }, sarif: { type: 'string' } });
      const [verb] = positionals;
      if (verb !== 'run' && verb !== 'list') {
        throw new Failure('usage', 'say loki gate run or loki gate list; see --help');
      }
      refuseMore(`loki gate ${verb}`, positionals, 1);
      const workspace = workspaceOf(values, ctx);
      const settings = await deps.loadSettings(workspace, ctx);
      const profile = await loadProfile(workspace, values.profile ?? settings.profile);
      const isJson = values.json === true;
      if (verb === 'list') {
        const profiles = await profileNames(workspace);
        if (isJson) ctx.print(`${JSON.stringify({ profile: profile.name, gates: profile.gates, profiles })}\n`);
        else ctx.print(`${profile.name}\n${profile.gates.map(gateLine).join('')}profiles: ${profiles.join(', ')}\n`);
        return 0;
      }
      const worktree = await openCheckout(workspace, ctx.signal);
      const gates = await runGates(
        profile,
        {
          worktree,
          testCommand: settings.testCommand,
          runCommand: async (command, signal) => await deps.runCommand(worktree.workspace, command, signal),
          isWholeCheckout: true,
        },
        (gate) => {
          if (!isJson) ctx.print(resultLines(gate));
        },
        ctx.signal,
      );
      const verdict = verdictOf(gates, []);
      // The verdict before the file: what the gates took minutes to find is not lost to a full disk.
      const isCancelled = ctx.signal.aborted;
      if (!isCancelled)
        ctx.print(isJson ? `${JSON.stringify({ verdict, profile: profile.name, gates })}\n` : `${verdict}\n`);
      if (values.sarif !== undefined)
        await writeSarif(path.resolve(ctx.cwd, values.sarif), sarifOf(gates, deps.version));
      if (isCancelled) return exitCodeOf({ status: 'cancelled', verdict: null });
      return exitCodeOf({ status: 'finished', verdict });
    },
  };
}

/** In place, not atomically: it may be a pipe or a device. */
async function writeSarif(file: string, text: string): Promise<void> {
  try {
    makeFolder(path.dirname(file));
    await writeFile(file, text);
  } catch (error) {
    throw diskFailure(file, error);
  }
}

function gateLine({ id, isRequired }: { readonly id: string; readonly isRequired: boolean }): string {
  return `  ${id} (${isRequired ? 'required' : 'optional'})\n`;
}

function resultLines(gate: GateResult): string {
  const findings = gate.findings.map(({ path: file, line, message, severity }) => {
    const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}: `;
    return `  ${place}${severity}: ${message}\n`;
  });
  return `${gate.id}: ${gate.status}${gate.isRequired ? '' : ' (optional)'}: ${gate.summary}\n${findings.join('')}`;
}
