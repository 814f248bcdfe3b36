import type { ActionOf } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import type { Actor } from './actor.ts';
import { allow, ask, deny, entryName } from './answer.ts';
import { denyingEntry } from './commandWords.ts';
import { foldName } from './foldName.ts';
import { judgeUrl, readUrl } from './hosts.ts';
import { outboundCommands } from './outboundCommands.ts';
import { matchesText } from './pathPattern.ts';
import type { Entry, Policy } from './policy.ts';
import { plainWord } from './shell/word.ts';

type Program = Exclude<ActionOf<'mcp_start'>['launch'], { type: 'http' }>;

/** No server has a tool of this name, so an entry that covers it covers every tool. */
const anyTool = '\u{e000}any tool\u{e000}';

/**
 * Whether Loki may start an MCP server of the project. That the user has agreed to this very definition is made sure of
 * before (`config/confirmations`); an agent never starts one.
 */
export function judgeServiceStart(action: ActionOf<'mcp_start'>, actor: Actor, policy: Policy): readonly RuleAnswer[] {
  if (actor.kind !== 'loki') {
    return [deny({ rule: 'service-start', reason: 'MCP servers are started by Loki itself, never by an agent' })];
  }
  const denied = denyingEntries(action.server, policy).map((entry) =>
    deny({
      rule: 'denied-service',
      reason: `every tool of ${action.server} is covered by denied_services`,
      remedy: `remove or narrow the entry ${entryName(entry)} of denied_services`,
      source: entry.source,
    }),
  );
  const { launch } = action;
  return [...denied, ...(launch.type === 'http' ? judgeAddress(launch.url, policy) : [judgeProgram(launch, policy)])];
}

/** Whether no tool of a server may ever be used, so that there is no reason to ask about it. */
export function isServiceDenied(server: string, policy: Policy): boolean {
  return denyingEntries(server, policy).length > 0;
}

function denyingEntries(server: string, policy: Policy): readonly Entry[] {
  const name = foldName(`${server}:${anyTool}`);
  return policy.scope.services.denied.filter((entry) => matchesText(foldName(entry.text), name));
}

function judgeAddress(url: string, policy: Policy): readonly RuleAnswer[] {
  const agreed = allow({ rule: 'service-start', reason: 'you have agreed to the address of this server' });
  const read = readUrl(url);
  // Where no hosts are listed, what the user has agreed to is the list.
  const isAgreed = read.kind === 'host' && policy.scope.hosts.length === 0 && !policy.residency.isAirGapped;
  if (isAgreed) return [agreed];
  const isHere = read.kind === 'host' && read.isLoopback && policy.scope.hosts.length === 0;
  return isHere ? [agreed] : judgeUrl(url, policy, [policy.scope]);
}

function judgeProgram({ command, args }: Program, policy: Policy): RuleAnswer {
  if (policy.residency.isAirGapped && !policy.isConfined) {
    const outbound = denyingEntry(outboundCommands, [command, ...args].map(plainWord));
    if (outbound !== null) {
      return deny({
        rule: 'air-gapped',
        reason: `the server is started by "${outbound.text}", which reaches other machines, and air_gapped lets nothing leave this one`,
        remedy: 'install the server and name its own program, or install the sandbox (loki doctor says how)',
      });
    }
    return ask({
      rule: 'air-gapped',
      reason: 'nothing outside this machine may be reached, and there is no sandbox to hold the server to it',
      remedy: 'install the sandbox (loki doctor says how)',
    });
  }
  return allow({ rule: 'service-start', reason: 'you have agreed to the launch command of this server' });
}
