import type { ActionOf, Action } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import { ask, builtIn, deny } from './answer.ts';
import { denyingEntry } from './commandWords.ts';
import type { Facts, RemoteFacts } from './facts.ts';
import type { Policy } from './policy.ts';
import { outboundCommands, staysHere, transports } from './outboundCommands.ts';
import { readCommand, type CommandReading } from './shell/commandReading.ts';
import { isFollowed, programName } from './shell/invocations.ts';

// `residency.air_gapped` for what works with remotes of git and for commands that no sandbox holds. In the sandbox nothing
// is reached, so there it has nothing to say.

type Part = CommandReading['parts'][number];

/** The remotes whose routes decide about an action; where nothing is restricted none are asked about. */
export function remotesOf(action: Action, { residency, isConfined }: Policy): readonly string[] {
  if (!residency.isAirGapped) return [];
  if (action.kind === 'git_push') return [action.remote];
  if (action.kind !== 'command' || isConfined) return [];
  return [...new Set(readCommand(action).parts.flatMap(({ args }) => args.remotes.map(({ text }) => text)))];
}

/** A push leaves an air-gapped machine unless everywhere that the remote leads to is on it. */
export function judgePushRoutes({ remote }: ActionOf<'git_push'>, policy: Policy, facts: Facts): readonly RuleAnswer[] {
  return policy.residency.isAirGapped ? judgeRoutes(remote, 'pushes', facts) : [];
}

/**
 * A command without a sandbox: what is known to reach other machines is refused, what only looks at or moves files here is
 * left to the lists, and of all else nobody knows what it reaches, so a person is asked whatever the lists say.
 */
export function judgeUnheldCommand(
  reading: CommandReading,
  { residency, isConfined }: Policy,
  facts: Facts,
  isClear: boolean,
): readonly RuleAnswer[] {
  if (!residency.isAirGapped || isConfined) return [];
  return reading.parts.flatMap((part) => judgePart(part, facts, isClear));
}

function judgePart(part: Part, facts: Facts, isClear: boolean): readonly RuleAnswer[] {
  const { invocation, args } = part;
  const { words } = invocation;
  const name = programName(words[0]);
  // What only starts others is judged by what it starts.
  const isStarter = !invocation.needsListing && name !== null && isFollowed(name);
  if (words.length === 0 || isStarter || (name !== null && staysHere.has(name))) return [];
  const outbound = isOffline(name, words) ? null : denyingEntry(outboundCommands, words);
  if (outbound !== null) return [leaves(`"${outbound.text}" reaches other machines`, 'run it in the sandbox')];
  const unheld = ask({
    rule: 'air-gapped',
    reason: 'air_gapped lets nothing leave this machine, and there is no sandbox to hold the command to it',
    remedy: 'install the sandbox (loki doctor says how)',
  });
  const transport = denyingEntry(transports, words);
  return transport === null
    ? [unheld]
    : [unheld, ...judgeTransport(part, args.isPush ? 'pushes' : 'fetches', facts, isClear)];
}

function isOffline(name: string | null, words: Part['invocation']['words']): boolean {
  return /^(?:npm|pnpm|yarn|cargo|uv)$/.test(name ?? '') && words.some(({ text }) => text === '--offline');
}

/** Where git would go is known for remotes that are named in the workspace itself, with nothing that may change it. */
function judgeTransport(
  { invocation, args }: Part,
  direction: keyof RemoteFacts,
  facts: Facts,
  isClear: boolean,
): readonly RuleAnswer[] {
  const isHere =
    args.folder === null && invocation.folders?.every((folder) => folder === '' || folder === '.') === true;
  // Options may be cut short: all remotes, several of them, those of submodules.
  const more = direction === 'pushes' ? /^--rec/ : /^--(?:all?|a|mu.*|rec.*)$/;
  const reachesMore = invocation.words.some(({ text }) => more.test(text));
  const isNamed = args.remotes.length > 0 && args.remotes.every((word) => !word.isDynamic && !word.isGlob);
  if (!isClear || !isHere || !isNamed || reachesMore) {
    return [
      leaves(
        'nobody knows which machine it reaches',
        'name one remote, in the folder of the workspace, and nothing else in that command line',
      ),
    ];
  }
  return args.remotes.flatMap(({ text }) => judgeRoutes(text, direction, facts));
}

function judgeRoutes(remote: string, direction: keyof RemoteFacts, facts: Facts): readonly RuleAnswer[] {
  const routes = facts.remotes?.get(remote);
  const remedy = 'name a remote that is a folder or a server of this machine';
  if (routes === undefined || routes === null || routes[direction].length === 0) {
    return [leaves(`nobody knows where the remote ${shown(remote)} leads`, remedy)];
  }
  return routes[direction]
    .filter(({ isNear }) => !isNear)
    .map((route) =>
      leaves(`the remote ${shown(remote)} leads to ${shown(route.shown)}, which is not on this machine`, remedy),
    );
}

function leaves(reason: string, remedy: string): RuleAnswer {
  return deny({
    rule: 'air-gapped',
    reason: `${reason}, and air_gapped lets nothing leave this machine`,
    remedy: `${remedy}, or set residency.air_gapped to false`,
    source: builtIn,
  });
}

/** An address may carry a password. */
function shown(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1').slice(0, 200);
}
