import { exitFailed, type CliCommand, type CliContext } from './command.ts';
import { endingOf } from './ending.ts';
import { exitCodeOf } from './exitCode.ts';

const everywhere = 'Everywhere: --workspace DIR (default: here), --json, --help';

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
    ctx.print(commandHelp(command));
    return 0;
  }
  try {
    return await command.run(rest, ctx);
  } catch (error) {
    const { kind, message } = endingOf(error, ctx);
    ctx.tell(`loki: ${message}\n`);
    return exitCodeOf({ status: kind, verdict: null });
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
    everywhere,
    'loki COMMAND --help says more about a command; loki --version tells which one this is',
    '',
  ].join('\n');
}

function commandHelp({ summary, usage, options }: CliCommand): string {
  const width = Math.max(0, ...options.map(([option]) => option.length));
  const rows = options.map(([option, meaning]) => `  ${option.padEnd(width)}  ${meaning}`);
  const forms = `Usage: ${usage.replaceAll('\n', '\n       ')}`;
  return [summary, '', forms, '', ...(rows.length > 0 ? [...rows, ''] : []), everywhere, ''].join('\n');
}
