import path from 'node:path';
import * as z from 'zod';
import { action as actionSchema, type Action } from '#protocol/action';
import { phase } from '#protocol/phase';
import { isWarning, type DecisionKind, type RuleAnswer } from '#protocol/policy';
import type { Actor } from '../policy/actor.ts';
import { allow, deny } from '../policy/answer.ts';
import type { Decision } from '../policy/decision.ts';
import { conclude } from '../policy/evaluate.ts';
import { judgeContent, patternsIn } from '../policy/policies/dataPolicy.ts';
import { judgeDeployment, judgePhase, judgePreExecution } from '../policy/policies/judgePolicies.ts';
import { judgeResource } from '../policy/policies/resourcePolicy.ts';
import { judgeModelCall } from '../policy/residency.ts';
import type { Policy } from '../policy/policy.ts';
import { judgeSecrets } from '../policy/secrets.ts';
import type { ContentScan } from './contentScan.ts';
import { createJudge, type RouteFinder } from './judge.ts';
import { placeIn } from './placeIn.ts';

// The sections of the policies as points that other programs ask about (`require('loki/policy')`): the same rules as in
// a run, about what the caller says. What a rule needs and the caller does not say is never taken for harmless.

/** What is answered about a point. */
export interface PointAnswer {
  readonly allowed: boolean;
  readonly decision: DecisionKind;
  readonly reason: string;
  readonly requiresApproval: boolean;
  readonly violations: readonly RuleAnswer[];
}

export interface PointDeps {
  readonly policy: Policy;
  /** The project that was named, absolute. */
  readonly project: string;
  readonly scan: Pick<ContentScan, 'find'>;
  /** Where git would go for a remote of a project. */
  readonly remoteRoutes: (project: string, ...asked: Parameters<RouteFinder>) => ReturnType<RouteFinder>;
}

/** Answers about one point. Total: what is not understood is denied, with the reason. */
export async function evaluatePoint(deps: PointDeps, point: string, context: unknown): Promise<PointAnswer> {
  const parsed = contextSchema.safeParse(context);
  if (!parsed.success) {
    const problem = z.prettifyError(parsed.error).split('\n')[0] ?? '';
    return refused('context', `the context cannot be used: ${problem}`);
  }
  const answer = Object.hasOwn(points, point) ? points[point] : undefined;
  if (answer === undefined) {
    return refused('point', `there is no point ${JSON.stringify(point)}; there are ${Object.keys(points).join(', ')}`);
  }
  return pointAnswer(await answer(deps, parsed.data));
}

/** A no that comes from no rule of a policy: what cannot be asked about is denied. */
export function refused(rule: string, reason: string): PointAnswer {
  return pointAnswer(conclude([deny({ rule, reason })]));
}

const contextSchema = z.object({
  file_path: z.string().optional(),
  project_dir: z.string().optional(),
  active_agents: z.number().nonnegative().optional(),
  phase: z.optional(phase),
  agent: z.string().optional(),
  swarm: z.string().optional(),
  kind: z.enum(['file_read', 'file_write', 'file_delete']).optional(),
  action: z.optional(actionSchema),
  gates: z
    .union([
      z.array(z.string()),
      z.array(z.object({ id: z.string(), status: z.string() })),
      z.record(z.string(), z.union([z.string(), z.boolean()])),
    ])
    .optional(),
  provider: z.string().optional(),
  model: z.string().optional(),
  region: z.string().optional(),
  endpoint: z.string().optional(),
  tokens_used: z.number().nonnegative().optional(),
  max_output_tokens: z.number().nonnegative().optional(),
  content: z.string().optional(),
});
type Context = z.infer<typeof contextSchema>;

const points: Readonly<
  Record<string, (deps: PointDeps, context: Context) => Promise<Pick<Decision, 'kind' | 'reason' | 'answers'>>>
> = {
  pre_execution: beforeExecution,
  rules: async (deps, context) =>
    context.action === undefined
      ? conclude([missing('action', 'an action such as { kind: "file_read", path: "README.md" }')])
      : await beforeExecution(deps, context),
  pre_deployment: async ({ policy }, { gates }) =>
    withNothingAgainst(judgeDeployment(policy.policies.preDeployment, gates === undefined ? null : passed(gates))),
  resource: async ({ policy }, context) => withNothingAgainst(resourceAnswers(policy, context)),
  data: async ({ policy, scan }, { content }) => {
    if (content === undefined) return conclude([missing('content', 'the text that would be written or sent')]);
    const { rules, personal = null } = await scan.find(content);
    const sending: Action = { kind: 'fetch', url: '' };
    const facts = { paths: new Map(), secretRules: rules, hasRedactionMarker: false };
    const found = { personal, patterns: patternsIn(policy.policies, content) };
    return withNothingAgainst([
      ...judgeSecrets(sending, facts),
      ...judgeContent(policy.policies.data, sending.kind, found),
    ]);
  },
  approval_gates: async ({ policy }, context) =>
    context.phase === undefined
      ? conclude([missing('phase', `one of ${phase.options.join(', ')}`)])
      : withNothingAgainst(judgePhase(policy.policies.approvalGates, context.phase)),
};

async function beforeExecution(
  deps: PointDeps,
  context: Context,
): Promise<Pick<Decision, 'kind' | 'reason' | 'answers'>> {
  const project = path.resolve(deps.project, context.project_dir ?? '.');
  const actor: Actor = { kind: 'agent', name: context.agent ?? 'agent', swarm: context.swarm ?? '' };
  const judge = createJudge({
    root: project,
    policy: deps.policy,
    scan: deps.scan,
    addedText: async () => '',
    remoteRoutes: async (remote, asked) => await deps.remoteRoutes(project, remote, asked),
    activeAgents: async () => context.active_agents ?? null,
    passedGates: async () => (context.gates === undefined ? [] : passed(context.gates)),
  });
  const moment = { phase: context.phase ?? null };
  const decided = context.action === undefined ? null : await judge(actor, context.action, moment);
  if (decided !== null && context.file_path === undefined) return decided;
  const place = context.file_path === undefined ? null : await placeIn(project, context.file_path);
  if (place?.kind === 'inside' && place.isProjectThere) {
    const named = fileAction(context.kind ?? 'file_write', place.written);
    const found = await judge(actor, named, moment);
    return decided === null ? found : conclude([...decided.answers, ...found.answers]);
  }
  const outside = deny({
    rule: 'containment',
    reason: `${JSON.stringify(context.file_path?.slice(0, 200))} leads outside of ${JSON.stringify(project)}`,
    remedy: 'use a path inside the project',
  });
  const paths =
    place === null ? [] : [{ shown: place.written, names: place.kind === 'inside' ? [place.relative] : null }];
  return withNothingAgainst([
    ...(decided?.answers ?? []),
    ...(place?.kind === 'outside' ? [outside] : []),
    ...judgePreExecution(deps.policy.policies.preExecution, () => ({
      paths,
      activeAgents: context.active_agents ?? null,
      phase: context.phase ?? null,
      agent: context.agent ?? null,
      swarm: context.swarm ?? null,
      kind: context.kind ?? null,
    })),
  ]);
}

function fileAction(kind: 'file_read' | 'file_write' | 'file_delete', file: string): Action {
  return kind === 'file_write' ? { kind, path: file, content: '' } : { kind, path: file };
}

function resourceAnswers(policy: Policy, context: Context): readonly RuleAnswer[] {
  const { provider = null, tokens_used: used, max_output_tokens: worst = 0 } = context;
  const { resource } = policy.policies;
  const isUncounted = used === undefined && resource.some(({ maxTokens }) => maxTokens !== null);
  const isDemo = provider === 'demo' && context.endpoint === undefined;
  return [
    ...(isUncounted ? [missing('tokens_used', 'how many tokens the task has used, for resource.max_tokens')] : []),
    ...judgeResource(resource, { provider, isDemo }, used === undefined ? null : { used, worst, granted: 0 }),
    ...(provider === null ? [] : judgeModelCall(modelCall(provider, context), policy)),
  ];
}

function modelCall(provider: string, { model = '', region, endpoint }: Context) {
  return {
    kind: 'model_call',
    provider,
    model,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  } as const;
}

function passed(gates: NonNullable<Context['gates']>): readonly string[] {
  if (!Array.isArray(gates)) {
    return Object.entries(gates).flatMap(([id, status]) => (status === true || status === 'passed' ? [id] : []));
  }
  return gates.flatMap((gate) => {
    if (typeof gate === 'string') return [gate];
    return gate.status === 'passed' ? [gate.id] : [];
  });
}

function missing(member: string, what: string): RuleAnswer {
  return deny({ rule: 'context', reason: `the context has no ${member}: ${what}` });
}

function withNothingAgainst(answers: readonly RuleAnswer[]): Pick<Decision, 'kind' | 'reason' | 'answers'> {
  return conclude([...answers, allow({ rule: 'policies', reason: 'nothing in the policies speaks against it' })]);
}

function pointAnswer({ kind, reason, answers }: Pick<Decision, 'kind' | 'reason' | 'answers'>): PointAnswer {
  return {
    allowed: kind === 'ALLOW',
    decision: kind,
    reason,
    requiresApproval: kind === 'REQUIRE_APPROVAL',
    violations: answers.filter((answer) => answer.decision !== 'ALLOW' || isWarning(answer)),
  };
}
