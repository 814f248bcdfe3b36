import { Failure } from '../base/failure.ts';
import { amountWords, shownAmount, type BudgetUnit } from '../cost/budgetUnit.ts';
import { groupWords, ofGroup } from '../cost/groupWords.ts';
import { groupKinds, type BudgetGroup } from '../cost/limits.ts';
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
    usage: `${cost.usage}\nloki cost raise (--task TASK | --day | --month) [--agent NAME | …] (--to USD | --tokens N)`,
    options: [
      ...cost.options,
      ['--task TASK', 'raise: a limit of this task (or of the task of this run)'],
      ['--day, --month', 'raise: a limit of today, of this month'],
      ['--agent NAME', 'raise: that of an agent; likewise --swarm, --provider, --project, --user, --organisation'],
      ['--to USD', 'raise: the new limit, never above a managed one; the decision is recorded'],
      ['--tokens N', 'raise: the new limit of tokens, of a task or of today'],
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
    agent: { type: 'string' },
    swarm: { type: 'string' },
    provider: { type: 'string' },
    project: { type: 'string' },
    user: { type: 'string' },
    organisation: { type: 'string' },
    to: { type: 'string' },
    tokens: { type: 'string' },
  });
  refuseMore('loki cost raise', positionals);
  const window = windowOf(values);
  const group = groupOf(values);
  const { unit, to } = amountOf(values);
  const workspace = workspaceOf(values, ctx);
  const wish = { workspace, window, taskOrRun: values.task ?? null, group, unit, to };
  const raised = await raiseLimit(world, wish);
  if (values.json === true) {
    const of = raised.group === null ? {} : { group: groupWords(raised.group) };
    const [from, most] = [shownAmount(unit, raised.from), shownAmount(unit, raised.to)];
    const amounts = unit === 'usd' ? { fromUsd: from, toUsd: most } : { fromTokens: from, toTokens: most };
    ctx.print(`${JSON.stringify({ window, key: raised.key, ...of, ...amounts })}\n`);
    return 0;
  }
  const invocation = invocationFor(ctx, workspace);
  const what = `${windowWords(window, raised.key)}${ofGroup(raised.group)}`;
  ctx.print(
    `The limit for ${what} is raised from ${amountWords(unit, raised.from)} to ${amountWords(unit, raised.to)}.\n`,
  );
  ctx.print(`A paused run goes on with ${invocation.loki('resume RUN')}\n`);
  return 0;
}

interface Named {
  readonly task?: string | undefined;
  readonly day?: boolean | undefined;
  readonly month?: boolean | undefined;
}

function windowOf({ task, day, month }: Named): BudgetWindow {
  const named: readonly (readonly [BudgetWindow, boolean])[] = [
    ['task', task !== undefined],
    ['day', day === true],
    ['month', month === true],
  ];
  const [window, ...more] = named.filter(([, isNamed]) => isNamed).map(([name]) => name);
  if (window !== undefined && more.length === 0) return window;
  throw new Failure('usage', 'say which limit: loki cost raise --task TASK, --day or --month, and --to USD');
}

function groupOf(values: Readonly<Partial<Record<BudgetGroup['kind'], string | undefined>>>): BudgetGroup | null {
  const named = groupKinds.flatMap((kind) => {
    const name = values[kind];
    return name === undefined ? [] : [{ kind, name }];
  });
  const [group = null, ...more] = named;
  if (more.length > 0) throw new Failure('usage', 'each limit is raised by itself: name one group');
  if (group?.name === '*' || group?.name === '') throw new Failure('usage', `name one ${group.kind}`);
  return group;
}

function amountOf({ to, tokens }: { readonly to?: string | undefined; readonly tokens?: string | undefined }): {
  readonly unit: BudgetUnit;
  readonly to: string;
} {
  if (to !== undefined && tokens === undefined) return { unit: 'usd', to };
  if (tokens !== undefined && to === undefined) return { unit: 'tokens', to: tokens };
  throw new Failure('usage', 'say how far: --to 7.50, in US dollars, or --tokens 2000000');
}

function windowWords(window: BudgetWindow, key: string): string {
  return window === 'task' ? key : `the ${window} ${key}`;
}
