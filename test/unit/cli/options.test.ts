import { expect, test } from 'vitest';
import { makeAuditCommand } from '../../../server/src/cli/audit/auditCommand.ts';
import type { CliCommand, CliContext } from '../../../server/src/cli/command.ts';
import { dispatch } from '../../../server/src/cli/dispatch.ts';
import { costCommand } from '../../../server/src/cli/cost.ts';
import { makeAcceptCommand } from '../../../server/src/cli/accept.ts';
import { makeDemoCommand } from '../../../server/src/cli/demo.ts';
import { makeDiscardCommand } from '../../../server/src/cli/discard.ts';
import { makeDoctorCommand } from '../../../server/src/cli/doctor.ts';
import { makeGateCommand } from '../../../server/src/cli/gate.ts';
import { policyCommand } from '../../../server/src/cli/policy.ts';
import { withRaise } from '../../../server/src/cli/raise.ts';
import { makeResumeCommand } from '../../../server/src/cli/resume.ts';
import { makeRunCommand } from '../../../server/src/cli/run.ts';
import { scanCommand } from '../../../server/src/cli/scan.ts';
import type { World } from '../../../server/src/runs/world.ts';
import { auditDeps } from '../audit/auditDeps.ts';

const ctx: CliContext = {
  env: {},
  cwd: '/nowhere',
  stdin: process.stdin,
  print: () => undefined,
  tell: () => undefined,
  isInteractive: false,
  printsToTerminal: false,
  signal: new AbortController().signal,
};
// Wrong arguments are refused before anything of the world is used.
const world = {} as World;
const unused = (): never => {
  throw new Error('must not be asked');
};
const commands: readonly CliCommand[] = [
  makeRunCommand(world),
  makeResumeCommand(world),
  makeAcceptCommand(world),
  makeDiscardCommand(world),
  makeDemoCommand(world),
  makeAuditCommand(auditDeps),
  costCommand,
  makeGateCommand({ version: '1', loadSettings: unused, runCommand: unused }),
  scanCommand,
  policyCommand({ scan: { find: unused }, isConfined: unused, remoteRoutes: unused }),
  makeDoctorCommand(world),
];

test.each<[line: string, says: string]>([
  ['run one two', 'the task is one argument: put it in quotes'],
  ['resume run-a b', 'loki resume does not take the argument "b"'],
  ['accept run-a b', 'loki accept does not take the argument "b"'],
  ['discard run-a b', 'loki discard does not take the argument "b"'],
  ['demo x', 'loki demo does not take the argument "x"'],
  ['doctor extra', 'loki doctor does not take the argument "extra"'],
  ['audit verify x', 'loki audit verify does not take the argument "x"'],
  ['audit list x', 'loki audit list does not take the argument "x"'],
  ['cost x', 'loki cost does not take the argument "x"'],
  ['gate run extra', 'loki gate run does not take the argument "extra"'],
  ['gate list extra', 'loki gate list does not take the argument "extra"'],
  ['policy check x', 'loki policy check does not take the argument "x"'],
  ['policy explain {} x', 'loki policy explain does not take the argument "x"'],
])('loki %s is refused, not passed over', async (line, says) => {
  const [name, ...args] = line.split(' ');
  const command = commands.find((candidate) => candidate.name === name);
  await expect(command?.run(args, ctx)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(says),
  });
});

test.each<[line: string, says: string]>([
  ['cost --format', '--format takes table, json or focus'],
  ['cost --by --json', '--by takes task, day, agent, phase, model, provider, and an option follows it'],
  ['cost --workspace', '--workspace takes a folder'],
  ['cost --bye task', 'there is no option --bye here; see --help'],
  ['cost --json=1', '--json takes no value'],
  ['cost raise --task t --to', '--to takes US dollars above 0, such as 7.50'],
  ['cost raise --task t --to -x', '--to takes US dollars above 0, such as 7.50'],
  ['cost raise --task --to 5', '--task takes a task or one of its runs, and an option follows it'],
  ['cost raise --task t --tokens', '--tokens takes a whole number of tokens above 0'],
  ['cost raise --task t --day --to 5', 'name one of --task TASK, --day and --month'],
  ['cost raise --day --to 5 --tokens 6', 'give either --to or --tokens'],
  ['cost raise --task t -- --to -1', 'loki cost raise does not take the argument "--to"'],
])('loki %s is told what is missing', async (line, says) => {
  const [, ...args] = line.split(' ');
  await expect(withRaise(costCommand, world).run(args, ctx)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(says),
  });
});

async function help(...args: readonly string[]): Promise<string> {
  let out = '';
  expect(await dispatch(commands, '1', args, { ...ctx, print: (text) => (out += text) })).toBe(0);
  return out;
}

test('help has one shape for all commands, and fits a terminal', async () => {
  for (const { name, summary, options } of commands) {
    const text = await help(name, '--help');
    expect(text).toMatch(new RegExp(`^${summary}\n\nUsage: loki ${name}.*(\n       loki ${name}.*)*\n\n`));
    expect(text).toMatch(/\n\nEverywhere: --workspace DIR \(default: here\), --json, --help\n$/);
    expect(summary).toMatch(/^[A-Z].*[^.]$/);
    const width = Math.max(0, ...options.map(([option]) => option.length));
    for (const [option, meaning] of options) expect(text).toContain(`\n  ${option.padEnd(width)}  ${meaning}\n`);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  }
  expect(await help('accept', '--help')).toBe(
    [
      "Take a finished run's work into your branch",
      '',
      'Usage: loki accept RUN [--even-if-blocked]',
      '',
      '  --even-if-blocked  take the work although its verdict is BLOCKED',
      '',
      'Everywhere: --workspace DIR (default: here), --json, --help',
      '',
    ].join('\n'),
  );
  expect(await help('--help')).toContain('loki --version');
});
