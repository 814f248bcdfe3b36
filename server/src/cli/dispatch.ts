import { Failure } from '../base/failure.ts';
import { exitFailed, type CliCommand, type CliContext } from './command.ts';

/** Runs one command line: finds the command, answers `--help`, and turns failures into one message and an exit code. */
export async function dispatch(
  commands: readonly CliCommand[],
  version: string,
  args: readonly string[],
  ctx: CliContext,
): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    ctx.print(helpText(commands));
    return name === undefined ? exitFailed : 0;
  }
  if (name === '--version') {
    ctx.print(`${version}\n`);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    ctx.tell(`loki: there is no command ${JSON.stringify(name)}; see loki --help\n`);
    return exitFailed;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    ctx.print(`${command.summary}\n\nUsage: ${command.usage}\n`);
    return 0;
  }
  try {
    return await command.run(rest, ctx);
  } catch (error) {
    ctx.tell(`loki: ${messageOf(error, ctx.env)}\n`);
    return exitFailed;
  }
}

function helpText(commands: readonly CliCommand[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'Runs coding agents under governance: every action decided, metered, confined and recorded.',
    '',
    'Usage: loki COMMAND [options]',
    '',
    ...rows,
    '',
    'Everywhere: --workspace DIR (default: here), --json, --help',
    '',
  ].join('\n');
}

/** A failure speaks for itself; anything else is a bug, told in one line, with its stack only where LOKI_DEBUG is set. */
function messageOf(error: unknown, env: NodeJS.ProcessEnv): string {
  if (error instanceof Failure) return error.message;
  const detail =
    error instanceof Error ? (env['LOKI_DEBUG'] ? (error.stack ?? error.message) : error.message) : String(error);
  return `this is a bug in Loki, nothing more was done: ${detail}`;
}
