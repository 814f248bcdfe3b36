import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import path from 'node:path';
import { Failure } from '../base/failure.ts';
import type { CliContext } from './command.ts';

/** The options every command takes (DESIGN section 9); `--help` is answered before a command runs. */
const commonOptions = {
  workspace: { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;

/** Parses a command's arguments; an unknown option or a missing value is a `usage` failure that names it. */
export function readOptions<T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...commonOptions, ...options },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    const [message = ''] = (error instanceof Error ? error.message : String(error)).split(/\.?\n/);
    throw new Failure('usage', `${message}; see --help`, { cause: error });
  }
}

/** The workspace a command works on: `--workspace`, else the current folder. Absolute. */
export function workspaceOf(values: { readonly workspace?: string | undefined }, ctx: CliContext): string {
  return path.resolve(ctx.cwd, values.workspace ?? '.');
}

/** Refuses arguments beyond those a command takes: one that is passed over was meant to do something. */
export function refuseMore(command: string, positionals: readonly string[], taken = 0): void {
  const extra = positionals[taken];
  if (extra === undefined) return;
  throw new Failure('usage', `${command} does not take the argument ${JSON.stringify(extra)}; see --help`);
}
