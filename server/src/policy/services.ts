import type { ActionOf } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import { allow, ask, deny, entryName, listSource } from './answer.ts';
import { foldName } from './foldName.ts';
import { matchesText } from './pathPattern.ts';
import type { PathUse } from './pathUse.ts';
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

const pathMember =
  /^(?:.*_)?(?:path|paths|file|files|filename|uri|dir|directory|folder|cwd|root|source|destination|target)$/i;
const urlMember = /^(?:.*_)?(?:url|urls|uri|href|endpoint|address)$/i;

/** Paths among a call's arguments, by the names that servers give such members. Texts such as a body are not read. */
export function servicePathUses(action: ActionOf<'mcp_call'>): readonly PathUse[] {
  const access = /^(?:read|get|list|search|view|find|stat|tree|directory_tree)/i.test(action.tool) ? 'read' : 'write';
  return namedStrings(action.arguments, pathMember).flatMap((text) => {
    const path = pathOf(text);
    return path === null ? [] : [{ path, access, isCertain: true, isRecursive: access === 'write' }];
  });
}

/** Addresses among a call's arguments: the rules of hosts are asked about each. */
export function serviceUrls(action: ActionOf<'mcp_call'>): readonly string[] {
  return namedStrings(action.arguments, urlMember).filter(
    (text) => /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^file:/i.test(text),
  );
}

function pathOf(text: string): string | null {
  const file = /^file:(?:\/\/(?:localhost)?(?=\/))?(.*)$/is.exec(text);
  if (file === null) return /^[a-z][a-z0-9+.-]+:\/\//i.test(text) ? null : text;
  try {
    return decodeURIComponent(file[1] ?? '');
  } catch {
    return file[1] ?? '';
  }
}

function namedStrings(value: unknown, name: RegExp): string[] {
  const found: string[] = [];
  const visit = (item: unknown, isNamed: boolean, depth: number): void => {
    // Fail closed: what is not looked at is not known to be harmless.
    if (depth > 50) throw new Error('its arguments are nested too deeply');
    if (typeof item === 'string') {
      if (isNamed) found.push(item);
    } else if (Array.isArray(item)) {
      for (const member of item) visit(member, isNamed, depth + 1);
    } else if (typeof item === 'object' && item !== null) {
      for (const [key, member] of Object.entries(item)) visit(member, name.test(key), depth + 1);
    }
  };
  visit(value, false, 0);
  return found;
}
