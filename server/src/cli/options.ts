import { parseArgs, type ParseArgsOptionDescriptor } from 'node:util';
import path from 'node:path';
import { Failure } from '../base/failure.ts';
import type { CliContext } from './command.ts';

interface OptionConfig extends ParseArgsOptionDescriptor {
  /** What its value is, for whoever leaves it out. */
  readonly takes?: string;
}

type OptionConfigs = Readonly<Record<string, OptionConfig>>;

/** The options every command takes (DESIGN section 9); `--help` is answered before a command runs. */
const commonOptions = {
  workspace: { type: 'string', takes: 'a folder' },
  json: { type: 'boolean' },
} as const satisfies OptionConfigs;

/** Parses a command's arguments; an unknown option or a missing value is a `usage` failure that names it. */
export function readOptions<T extends OptionConfigs>(args: readonly string[], options: T) {
  const all = { ...commonOptions, ...options };
  try {
    return parseArgs({
      args: withNumbersJoined(args, all),
      options: all,
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    const [message = ''] = (error instanceof Error ? error.message : String(error)).split(/\.?\n/);
    throw new Failure('usage', `${problemIn(message, all)}; see --help`, { cause: error });
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

/** `--to -1` as `--to=-1`: a number below zero is a value that the command refuses in its own words, and no option. */
function withNumbersJoined(args: readonly string[], options: OptionConfigs): string[] {
  const joined: string[] = [];
  for (const [index, arg] of args.entries()) {
    if (arg === '--') return [...joined, ...args.slice(index)];
    const last = joined.at(-1) ?? '';
    const isValue = /^-[\d.]/.test(arg) && last.startsWith('--') && options[last.slice(2)]?.type === 'string';
    if (isValue) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/** What Node says of arguments, in words that tell what to write instead. */
function problemIn(message: string, options: OptionConfigs): string {
  const option = /'(?:-\w, )?(-[^' ]+)/.exec(message)?.[1];
  if (option === undefined) return message;
  if (message.startsWith('Unknown option')) return `there is no option ${option} here`;
  if (message.includes('does not take')) return `${option} takes no value`;
  const takes = options[option.replace(/^--/, '')]?.takes ?? 'a value';
  const follows = `, and an option follows it (a value that begins with "-" is written ${option}=VALUE)`;
  return `${option} takes ${takes}${message.includes('ambiguous') ? follows : ''}`;
}
