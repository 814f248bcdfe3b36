import { createInterface } from 'node:readline';
import { isWarning, type PolicyAnswer, type RuleAnswer } from '#protocol/policy';
import { Failure } from '../base/failure.ts';
import { lokiHome } from '../base/lokiHome.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { problemsOf } from '../config/problem.ts';
import { createJudge, type JudgeDeps, type RouteFinder } from '../gateway/judge.ts';
import type { Actor } from '../policy/actor.ts';
import type { Decision } from '../policy/decision.ts';
import { evaluateUnknown } from '../policy/evaluate.ts';
import type { Policy } from '../policy/policy.ts';
import { rehearseWorkspace } from '../rehearsal/rehearseWorkspace.ts';
import { readActionLine, type ActionLine } from './actionLine.ts';
import type { CliCommand, CliContext } from './command.ts';
import { rehearsalText } from './rehearsalText.ts';
import { readOptions, refuseMore, workspaceOf } from './options.ts';

/** What the command needs of the house: how texts are scanned, and whether commands would really be confined here. */
export interface PolicyCommandDependencies {
  readonly scan: JudgeDeps['scan'];
  /** Asked for `--as-run` alone. */
  readonly isConfined: () => Promise<boolean>;
  /** Where git would go for a remote of a workspace. */
  readonly remoteRoutes: (workspace: string, ...asked: Parameters<RouteFinder>) => ReturnType<RouteFinder>;
}

const usage = `loki policy check [options]                       one action per line (JSON) on stdin, one answer per line
loki policy explain '<action JSON>' [options]     which rules speak, and what would have to change
loki policy rehearse [options]                    what hostile agents would get past the rules; exits 1 if any`;

const options: CliCommand['options'] = [
  ['--as-run', 'decide as a run on this machine would, with its sandbox'],
  ['--agent NAME', 'for this agent, with the scope that is narrower for it'],
  ['--swarm NAME', 'for an agent of this swarm'],
];

/** `loki policy`: what would be decided. Reads configuration and names of files; has no effect whatsoever. */
export function policyCommand(dependencies: PolicyCommandDependencies): CliCommand {
  return {
    name: 'policy',
    usage,
    options,
    summary: 'Say what the policy decides about actions, and why',
    run: async (args, ctx) => await run(dependencies, args, ctx),
  };
}

async function run(dependencies: PolicyCommandDependencies, args: readonly string[], ctx: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, {
    'as-run': { type: 'boolean' },
    agent: { type: 'string' },
    swarm: { type: 'string' },
  });
  const [verb, text] = positionals;
  const workspace = workspaceOf(values, ctx);
  const actor: Actor = { kind: 'agent', name: values.agent ?? 'agent', swarm: values.swarm ?? '' };
  const readConfig = async () => await loadConfig({ workspace, env: ctx.env, lokiHome: lokiHome(ctx.env) });
  const decide = async () => {
    const config = await readConfig();
    const isConfined = values['as-run'] === true && (await dependencies.isConfined());
    return decider({ ...config.policy, isConfined }, actor, workspace, dependencies);
  };
  switch (verb) {
    case 'check':
      refuseMore('loki policy check', positionals, 1);
      return await checkWith(decide, ctx);
    case 'explain': {
      if (text === undefined) {
        throw new Failure('usage', 'loki policy explain takes one action as JSON, in quotes; see --help');
      }
      refuseMore('loki policy explain', positionals, 2);
      const line = readActionLine(text);
      if (line.kind === 'unknown') throw noAction(line.problem);
      const decision = await (await decide())(line);
      ctx.print(values.json === true ? `${JSON.stringify(answerOf(decision))}\n` : explanation(decision));
      return 0;
    }
    case 'rehearse': {
      refuseMore('loki policy rehearse', positionals, 1);
      if (values['as-run'] === true)
        throw new Failure('usage', 'loki policy rehearse always decides without a sandbox');
      const rehearsed = await rehearseWorkspace({
        workspace,
        config: await readConfig(),
        actor,
        scan: dependencies.scan,
      });
      ctx.print(values.json === true ? `${JSON.stringify(rehearsed)}\n` : rehearsalText(rehearsed));
      return rehearsed.holes.length > 0 ? 1 : 0;
    }
    default:
      throw new Failure(
        'usage',
        `${verb === undefined ? 'loki policy needs a verb' : `"${verb}" is no verb of loki policy`}: check, explain or rehearse`,
      );
  }
}

type Decide = (line: ActionLine) => Promise<Decision>;

/** What governs and cannot be read denies everything: each line is answered so, and the command fails with the reason. */
async function checkWith(decide: () => Promise<Decide>, ctx: CliContext): Promise<number> {
  let ready: Decide;
  try {
    ready = await decide();
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'config_invalid') throw error;
    await check(async () => refusedBy(error), ctx);
    throw error;
  }
  return await check(async (line) => answerOf(await ready(line)), ctx);
}

function refusedBy(failure: Failure): PolicyAnswer {
  const [, file = null, line = null] = /^(.*?):(\d+)(?::\d+)?$/.exec(problemsOf(failure)[0]?.where ?? '') ?? [];
  const violation: RuleAnswer = {
    rule: 'configuration',
    decision: 'DENY',
    reason: failure.message,
    remedy: 'mend the file',
    source: { tier: 'default', file, line: line === null ? null : Number(line) },
  };
  return { decision: 'DENY', reason: failure.message, violations: [violation] };
}

function decider(
  policy: Policy,
  actor: Actor,
  workspace: string,
  { scan, remoteRoutes }: PolicyCommandDependencies,
): Decide {
  const judge = createJudge({
    root: workspace,
    policy,
    scan,
    addedText: async () => '',
    remoteRoutes: async (remote, asked) => await remoteRoutes(workspace, remote, asked),
  });
  return async (parsed) => {
    if (parsed.kind === 'unknown') return evaluateUnknown(policy, parsed.value, parsed.problem);
    return await judge(actor, parsed.action);
  };
}

function noAction(problem: string): Failure {
  return new Failure(
    'usage',
    `this is no action: ${problem}; write one such as '{"kind":"file_read","path":"README.md"}'`,
  );
}

async function check(answer: (line: ActionLine) => Promise<PolicyAnswer>, ctx: CliContext): Promise<number> {
  const lines = createInterface({ input: ctx.stdin, crlfDelay: Infinity, terminal: false, signal: ctx.signal });
  try {
    for await (const line of lines) {
      ctx.signal.throwIfAborted();
      if (line.trim() === '') continue;
      ctx.print(`${JSON.stringify(await answer(readActionLine(line)))}\n`);
    }
  } finally {
    lines.close();
  }
  ctx.signal.throwIfAborted();
  return 0;
}

function answerOf(decision: Decision): PolicyAnswer {
  return {
    decision: decision.kind,
    reason: decision.reason,
    violations: decision.answers.filter((answer) => answer.decision !== 'ALLOW' || isWarning(answer)),
  };
}

function explanation(decision: Decision): string {
  return [
    `${decision.kind}: ${decision.reason}`,
    '',
    'Rules that spoke:',
    ...decision.answers.flatMap(ruleLines),
    '',
  ].join('\n');
}

function kindOf({ decision, warning, wouldDecide }: RuleAnswer): string {
  if (wouldDecide !== undefined) return 'MONITORED';
  return warning === true ? 'WARNING' : decision;
}

function ruleLines(answer: RuleAnswer): string[] {
  const { file, line, tier } = answer.source;
  const place =
    file === null ? (tier === 'default' ? 'built in' : tier) : `${file}${line === null ? '' : `:${line}`}, ${tier}`;
  return [
    `  ${kindOf(answer).padEnd(16)} ${answer.rule} (${place})`,
    `  ${' '.repeat(16)} ${answer.reason}`,
    ...(answer.remedy === undefined ? [] : [`  ${' '.repeat(16)} to change it: ${answer.remedy}`]),
  ];
}
