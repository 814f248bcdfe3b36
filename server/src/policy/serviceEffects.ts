import type { ActionOf } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import { judgeRefUpdate, parseRefspec } from './branches.ts';
import { judgeCommand, judgeNamed } from './commands.ts';
import type { Facts } from './facts.ts';
import { judgeUrl } from './hosts.ts';
import { judgePath } from './paths.ts';
import type { PathUse } from './pathUse.ts';
import type { Policy, Scope } from './policy.ts';
import {
  serviceBranches,
  serviceCommands,
  servicePerhapsCommands,
  servicePerhapsPaths,
  serviceUrls,
} from './serviceArguments.ts';

type Call = ActionOf<'mcp_call'>;

/**
 * What the rules say about all that an MCP call may bring about beside the paths it names: a server is one more way to
 * reach a host, run a command, change a branch. What only may be meant is refused where it is denied, and else left alone.
 */
export function judgeServiceEffects(
  action: Call,
  policy: Policy,
  scopes: readonly Scope[],
  facts: Facts,
): readonly RuleAnswer[] {
  return [
    ...serviceUrls(action).flatMap((url) => judgeUrl(url, policy, scopes)),
    ...denials([
      ...serviceCommands(action).flatMap((command) =>
        judgeCommand(command, { ...policy, isConfined: false }, scopes, facts),
      ),
      ...servicePerhapsCommands(action).flatMap((command) => judgeNamed(command, policy, scopes)),
      ...serviceBranches(action).flatMap((branch) => judgeNamedBranch(branch, scopes)),
      ...servicePerhapsPaths(action).flatMap((use) => judgePerhapsPath(use, scopes)),
    ]),
  ];
}

function denials(answers: readonly RuleAnswer[]): readonly RuleAnswer[] {
  return answers.filter(({ decision }) => decision === 'DENY');
}

/** What is no name of a branch may be something else of the server's own. */
function judgeNamedBranch(branch: string, scopes: readonly Scope[]): readonly RuleAnswer[] {
  const update = parseRefspec(branch);
  return update === null ? [] : judgeRefUpdate(update, scopes);
}

/** By its name alone; that it is a path at all is only a guess, so only what is denied or protected counts. */
function judgePerhapsPath(use: PathUse, scopes: readonly Scope[]): readonly RuleAnswer[] {
  const fact = { kind: 'inside', relative: use.path, lexical: use.path, entry: 'missing', hardLinks: 1 } as const;
  const facts: Facts = { paths: new Map([[use.path, fact]]), secretRules: [], hasRedactionMarker: false };
  const answers = judgePath(use, facts, scopes);
  return answers.filter(({ rule }) => rule === 'denied-path' || rule === 'protected-name');
}
