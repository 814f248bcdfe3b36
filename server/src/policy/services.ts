import type { ActionOf } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import { allow, ask, deny, entryName, listSource } from './answer.ts';
import { foldName } from './foldName.ts';
import { matchesText } from './pathPattern.ts';
import type { Scope } from './policy.ts';

/** What scope says about one call of an MCP tool, named `server:tool`. Denied beats allowed; the rest asks. */
export function judgeService(action: ActionOf<'mcp_call'>, scopes: readonly Scope[]): readonly RuleAnswer[] {
  const names = [action.server, action.tool];
  if (names.some((name) => name === '' || /[\s\p{Cc}:*]|\p{Default_Ignorable_Code_Point}/u.test(name))) {
    return [
      deny({
        rule: 'service-form',
        reason: 'the names of server and tool must be plain',
        remedy: 'use the names that the server gives',
      }),
    ];
  }
  return scopes.flatMap((scope, index) => judgeScope(`${action.server}:${action.tool}`, scope, index === 0));
}

/** Whether an agent may know of a tool: what policy would refuse in any case is not offered (invariant 5). */
export function isServiceVisible(server: string, tool: string, scopes: readonly Scope[]): boolean {
  return judgeService({ kind: 'mcp_call', server, tool, arguments: {} }, scopes).every(
    ({ decision }) => decision !== 'DENY',
  );
}

function judgeScope(name: string, scope: Scope, isEverybodys: boolean): RuleAnswer[] {
  const answers = scope.services.denied
    .filter((entry) => matchesText(foldName(entry.text), foldName(name)))
    .map((entry) =>
      deny({
        rule: 'denied-service',
        reason: `${name} is covered by denied_services`,
        remedy: `remove or narrow the entry ${entryName(entry)} of denied_services`,
        source: entry.source,
      }),
    );
  if (scope.services.allowed.length === 0 && isEverybodys) {
    answers.push(
      ask({
        rule: 'allowed-services',
        reason: 'no allowed_services are set',
        remedy: `add ${name} to allowed_services`,
      }),
    );
  }
  for (const list of scope.services.allowed) {
    const entry = list.find((candidate) => matchesText(candidate.text, name));
    answers.push(
      entry === undefined
        ? ask({
            rule: 'allowed-services',
            reason: `${name} is not in allowed_services`,
            remedy: 'add it to allowed_services',
            source: listSource(list),
          })
        : allow({ rule: 'allowed-services', reason: `${name} is in allowed_services`, source: entry.source }),
    );
  }
  return answers;
}
