import { Failure } from '../base/failure.ts';
import { limitWords, toUsd } from '../cost/money.ts';
import type { BudgetWindow } from '../cost/windows.ts';
import { raiseLimit } from '../runs/raiseLimit.ts';
import type { World } from '../runs/world.ts';
import type { CliCommand, CliContext } from './command.ts';
import { invocationFor } from './invocation.ts';
import { readOptions, refuseMore, workspaceOf } from './options.ts';

/** `loki cost` with `loki cost raise`: the report reads only, so what writes is put beside it, not into it. */
export function withRaise(cost: CliCommand, world: World): CliCommand {
  return {
    ...cost,
    usage: `${cost.usage}\nloki cost raise (--task TASK | --day | --month) --to USD`,
    options: [
      ...cost.options,
      ['--task TASK', 'raise: the limit of this task (or of the task of this run)'],
      ['--day, --month', 'raise: the limit of today, of this month'],
      ['--to USD', 'raise: the new limit, never above a managed one; the decision is recorded'],
    ],
    run: async (args, ctx) =>
      args[0] === 'raise' ? await raise(world, args.slice(1), ctx) : await cost.run(args, ctx),
  };
}

async function raise(world: World, args: readonly string[], ctx: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, {
    task: { type: 'string' },
    day: { type: 'boolean' },
    month: { type: 'boolean' },
    to: { type: 'string' },
  });
  refuseMore('loki cost raise', positionals);
  const named: readonly (readonly [BudgetWindow, boolean])[] = [
    ['task', values.task !== undefined],
    ['day', values.day === true],
    ['month', values.month === true],
  ];
  const [window, ...more] = named.filter(([, isNamed]) => isNamed).map(([name]) => name);
  if (window === undefined || more.length > 0) {
    throw new Failure('usage', 'say which limit: loki cost raise --task TASK, --day or --month, and --to USD');
  }
  if (values.to === undefined) throw new Failure('usage', 'say how far: --to 7.50, in US dollars');
  const workspace = workspaceOf(values, ctx);
  const raised = await raiseLimit(world, { workspace, window, taskOrRun: values.task ?? null, to: values.to });
  if (values.json === true) {
    const { key, from, to } = raised;
    ctx.print(`${JSON.stringify({ window, key, fromUsd: toUsd(from), toUsd: toUsd(to) })}\n`);
    return 0;
  }
  const invocation = invocationFor(ctx, workspace);
  ctx.print(
    `The limit for ${windowWords(window, raised.key)} is raised from ${limitWords(raised.from)} to ${limitWords(raised.to)}.\n`,
  );
  ctx.print(`A paused run goes on with ${invocation.loki('resume RUN')}\n`);
  return 0;
}

function windowWords(window: BudgetWindow, key: string): string {
  return window === 'task' ? key : `the ${window} ${key}`;
}
