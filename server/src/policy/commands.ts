import type { ActionOf } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import { judgeUnheldCommand } from './airGap.ts';
import { allow, ask, deny, entryName, listSource } from './answer.ts';
import { judgeRefUpdate, parseRefspec, type RefUpdate } from './branches.ts';
import { allowingEntry, denyingEntry, perhapsStarted } from './commandWords.ts';
import { judgeAssignment, judgeFilled } from './environmentRules.ts';
import type { Facts } from './facts.ts';
import { judgeUrl } from './hosts.ts';
import { judgePath } from './paths.ts';
import { factKey, type PathUse } from './pathUse.ts';
import type { EntryList, Policy, Scope } from './policy.ts';
import { judgeRemote } from './remotes.ts';
import type { Doubt } from './shell/argumentReading.ts';
import { readCommand, type CommandReading } from './shell/commandReading.ts';
import { fillsVariable, filledVariables } from './shell/filledVariables.ts';

// Judges a command line by what it would start. Denied commands and paths count always. With `allowed_commands` every
// simple command must be listed and must not do more than what it seems to. Without it the sandbox is what holds a
// command; where there is none, a person is asked.

type CommandAction = ActionOf<'command'>;
type Part = CommandReading['parts'][number];

export function judgeCommand(
  action: CommandAction,
  policy: Policy,
  scopes: readonly Scope[],
  facts: Facts,
): readonly RuleAnswer[] {
  const reading = readCommand(action);
  if (reading.unparsable !== null) {
    return [
      deny({
        rule: 'command-form',
        reason: `the command cannot be judged: ${reading.unparsable}`,
        remedy: 'write it simpler, one command at a time',
      }),
    ];
  }
  const lists = scopes.flatMap((scope) => scope.commands.allowed);
  const isLeftToSandbox = lists.length === 0 && policy.isConfined;
  const answers = [
    ...judgeDeniedCommands(reading, scopes),
    ...reading.uses.flatMap((use) =>
      policy.isConfined ? judgeConfinedPath(use, facts, scopes, isLeftToSandbox) : judgePath(use, facts, scopes),
    ),
  ];
  const targets = (part: Part): readonly RuleAnswer[] => judgeTargets(part, policy, scopes);
  if (isLeftToSandbox) {
    // What leaves through an allowed host is pushed all the same.
    const pushes = reading.parts.filter(({ args }) => args.isPush).flatMap(targets);
    const denied = pushes.filter((answer) => isDeniedByScope(answer, scopes));
    return [...answers, ...denied, allow({ rule: 'sandbox', reason: 'the sandbox holds what the command can do' })];
  }
  const doubts = doubtsAbout(action, reading).map(doubtAnswer);
  answers.push(...judgeUnheldCommand(reading, policy, facts, doubts.length === 0));
  const named = reading.parts.flatMap(targets);
  if (lists.length === 0) {
    const kept = named.map((answer) => (isDeniedByScope(answer, scopes) ? answer : atMostAsking(answer)));
    return [...answers, ...doubts.map(atMostAsking), ...kept, unlisted()];
  }
  return [
    ...answers,
    ...doubts,
    ...named,
    ...reading.parts.flatMap(({ invocation }) => judgeListed(invocation, lists)),
    ...listedAlone(reading, lists),
  ];
}

/** What is denied of what a command line starts and names, whatever else may be said about it. */
export function judgeNamed(action: CommandAction, policy: Policy, scopes: readonly Scope[]): readonly RuleAnswer[] {
  const reading = readCommand(action);
  const named = reading.parts.flatMap((part) => judgeTargets(part, policy, scopes));
  return [...judgeDeniedCommands(reading, scopes), ...named.filter((answer) => isDeniedByScope(answer, scopes))];
}

/** Commands that nobody may run, wherever in the line they stand. */
export function judgeDeniedCommands(reading: CommandReading, scopes: readonly Scope[]): readonly RuleAnswer[] {
  const denied = scopes.flatMap((scope) => scope.commands.denied);
  if (denied.length === 0) return [];
  return reading.parts.flatMap(({ invocation }) => {
    const entry = denyingEntry(denied, invocation.words);
    if (entry !== null) {
      const remedy = `remove or narrow the entry ${entryName(entry)} of denied_commands`;
      return [
        deny({ rule: 'denied-command', reason: `"${entry.text}" is in denied_commands`, remedy, source: entry.source }),
      ];
    }
    if (invocation.words[0]?.isDynamic === true) {
      const reason = 'whether it is in denied_commands is only known when it runs';
      return [ask({ rule: 'denied-command', reason, remedy: 'write the name of the program out' })];
    }
    const started = perhapsStarted(denied, invocation.words);
    if (started === null) return [];
    const reason = `nobody knows whether it starts "${started.text}", which is in denied_commands`;
    return [ask({ rule: 'denied-command', reason, remedy: 'run it without that word', source: started.source })];
  });
}

/** What the sandbox shows instead of the machine's own: reading or filling it reaches nobody. */
const ofTheSandbox = /^\/(?:usr|bin|sbin|lib|lib64|etc|opt|dev|proc|tmp|var\/tmp|run)(?:\/|$)/;

function judgeConfinedPath(
  use: PathUse,
  facts: Facts,
  scopes: readonly Scope[],
  isLeftToSandbox: boolean,
): readonly RuleAnswer[] {
  const fact = facts.paths.get(factKey(use));
  if (isLeftToSandbox && fact?.kind === 'outside' && ofTheSandbox.test(fact.real)) return [];
  if (isLeftToSandbox && fact?.kind === 'invalid') return [];
  if (use.access === 'write' || use.access === 'delete') return judgePath(use, facts, scopes);
  // Denied paths do not exist in the sandbox: a search through everything cannot find them, only naming them is refused.
  if (use.isRecursive === true && !use.isCertain) return [];
  if (use.glob !== undefined && fact?.kind === 'inside') {
    const plain = { ...use, isRecursive: false };
    return judgePath(plain, { ...facts, paths: new Map([[factKey(plain), { ...fact, below: [] }]]) }, scopes);
  }
  return judgePath({ ...use, isRecursive: false }, facts, scopes);
}

function doubtsAbout(action: CommandAction, reading: CommandReading): readonly Doubt[] {
  const given = Object.entries(action.env ?? {}).map(([name, value]) => judgeAssignment(name, value, false));
  const written = reading.parts.flatMap(({ invocation }) =>
    invocation.assignments.map(({ name, value }) =>
      judgeAssignment(name, value?.text ?? '', invocation.words.length === 0),
    ),
  );
  const filled = reading.parts.flatMap(({ invocation }) =>
    filledVariables(invocation.words).map((word) => judgeFilled(word.isDynamic ? null : word.text)),
  );
  return [...reading.doubts, ...[...given, ...written, ...filled].filter((doubt) => doubt !== null)];
}

function doubtAnswer(doubt: Doubt): RuleAnswer {
  const because = {
    rule: 'command-effect',
    reason: doubt.reason,
    remedy: 'write the command so that all it does can be seen, or run it in the sandbox without allowed_commands',
  };
  return doubt.decision === 'DENY' ? deny(because) : ask(because);
}

/** Hosts, remotes and branches that a command names fall under the same rules as actions of their own. */
function judgeTargets({ args }: Part, policy: Policy, scopes: readonly Scope[]): readonly RuleAnswer[] {
  const answers = [
    ...args.urls.flatMap((word) =>
      judgeUrl(/^[a-z][a-z0-9+.-]*:/i.test(word.text) ? word.text : `http://${word.text}`, policy, scopes),
    ),
    ...args.remotes.flatMap((word) => judgeRemote(word.text)),
    ...args.branches.flatMap((word) => localBranch(word.isDynamic ? null : parseRefspec(word.text), scopes)),
  ];
  if (args.isPush) {
    if (args.everyBranch)
      answers.push(...judgeRefUpdate({ target: { kind: 'every' }, isForced: false, isDeleted: false }, scopes));
    if (args.refspecs.length === 0)
      answers.push(
        ask({ rule: 'branch-form', reason: 'it pushes whatever branch is checked out', remedy: 'name the branch' }),
      );
    for (const word of args.refspecs)
      answers.push(...judgeRefUpdate(pushed(word.isDynamic ? null : parseRefspec(word.text), args), scopes));
  } else {
    for (const word of args.refspecs) {
      if (word.isDynamic || word.text.includes(':'))
        answers.push(...localBranch(word.isDynamic ? null : parseRefspec(word.text), scopes));
    }
  }
  return answers.filter((answer) => answer.decision !== 'ALLOW');
}

function pushed(update: RefUpdate | null, args: Part['args']): RefUpdate | null {
  if (update === null) return null;
  return { ...update, isForced: update.isForced || args.isForced, isDeleted: update.isDeleted || args.deletesBranch };
}

/** A branch of the worktree's own repository: only what scope says about branches counts, and an unset list is silent. */
function localBranch(update: RefUpdate | null, scopes: readonly Scope[]): readonly RuleAnswer[] {
  const set = scopes.filter((scope) => scope.branches.allowed.length > 0 || scope.branches.denied.length > 0);
  if (update === null) return judgeRefUpdate(null, scopes);
  const everybodys = set.length === 0 || scopes[0]?.branches.allowed.length !== 0;
  return everybodys
    ? set.length === 0
      ? []
      : judgeRefUpdate(update, scopes)
    : judgeRefUpdate(update, scopes).filter((answer) => answer.decision === 'DENY');
}

/** What changes nothing outside the shell needs no entry. */
const needsNoEntry = new Set([
  ':',
  'true',
  'false',
  'exit',
  'break',
  'continue',
  'return',
  'wait',
  'shift',
  'cd',
  'pwd',
  '[[',
  fillsVariable,
]);

function judgeListed(invocation: Part['invocation'], lists: readonly EntryList[]): readonly RuleAnswer[] {
  const { words } = invocation;
  if (words.length === 0 || !invocation.needsListing || needsNoEntry.has(words[0]?.text ?? '')) return [];
  return lists.map((list) => {
    const entry = allowingEntry(list, words);
    if (entry !== null) {
      return allow({
        rule: 'allowed-commands',
        reason: `"${entry.text}" is in allowed_commands`,
        source: entry.source,
      });
    }
    const shown = words
      .slice(0, 2)
      .map((word) => word.text)
      .join(' ')
      .slice(0, 80);
    return ask({
      rule: 'allowed-commands',
      reason: `"${shown}" is not in allowed_commands`,
      remedy: `add it to allowed_commands`,
      source: listSource(list),
    });
  });
}

/** A line that starts nothing which needs an entry is allowed by the list all the same. */
function listedAlone(reading: CommandReading, lists: readonly EntryList[]): readonly RuleAnswer[] {
  const isListedElsewhere = reading.parts.some(
    ({ invocation }) =>
      invocation.words.length > 0 && invocation.needsListing && !needsNoEntry.has(invocation.words[0]?.text ?? ''),
  );
  if (isListedElsewhere) return [];
  return [allow({ rule: 'allowed-commands', reason: 'it starts no program', source: listSource(lists[0] ?? []) })];
}

function unlisted(): RuleAnswer {
  return ask({
    rule: 'allowed-commands',
    reason: 'no allowed_commands are set, and there is no sandbox to hold it',
    remedy: 'add the command to allowed_commands, or install the sandbox (loki doctor says how)',
  });
}

/** Whether what a command names is denied, and not only unclear: no person and no sandbox makes that milder. */
function isDeniedByScope({ decision, rule }: RuleAnswer, scopes: readonly Scope[]): boolean {
  const isUnclear = rule === 'branch-form' && scopes.every(({ branches }) => branches.denied.length === 0);
  return decision === 'DENY' && !isUnclear;
}

/** Where no list is set a person looks at every command anyway. */
function atMostAsking(answer: RuleAnswer): RuleAnswer {
  return answer.decision === 'DENY' ? { ...answer, decision: 'REQUIRE_APPROVAL' } : answer;
}
