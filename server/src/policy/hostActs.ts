import type { ActionOf } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import { judgeUnheldCommand } from './airGap.ts';
import { allow, ask, deny } from './answer.ts';
import { judgeDeniedCommands } from './commands.ts';
import { allowingEntry } from './commandWords.ts';
import type { Facts } from './facts.ts';
import type { Policy } from './policy.ts';
import { readCommand } from './shell/commandReading.ts';

/** True wherever the command was found: in the configuration, or in a file of the project such as package.json. */
const origin = 'it is the command that tests or prepares this project, as it was when the run started';

/**
 * What Loki itself may run: the commands of gates and of `workspace.setup`, pinned when the run started. In the sandbox
 * they run; without one only what `allowed_commands` lists does, and not unasked where nothing may leave the machine.
 */
export function judgeHostAct(action: ActionOf<'command'>, policy: Policy, facts: Facts): readonly RuleAnswer[] {
  const reading = readCommand(action);
  if (reading.unparsable !== null) {
    return [
      deny({
        rule: 'command-form',
        reason: `the command cannot be judged: ${reading.unparsable}`,
        remedy: 'correct it where it stands: gates.test_command, workspace.setup, or a file such as package.json',
      }),
    ];
  }
  const denied = [
    ...judgeDeniedCommands(reading, [policy.scope]),
    ...judgeUnheldCommand(reading, policy, facts, reading.doubts.length === 0),
  ];
  const lists = policy.scope.commands.allowed;
  const isListed =
    lists.length > 0 &&
    lists.every((list) =>
      reading.parts.every(
        ({ invocation }) =>
          !invocation.needsListing || invocation.words.length === 0 || allowingEntry(list, invocation.words) !== null,
      ),
    );
  if (policy.isConfined || isListed) {
    return [...denied, allow({ rule: 'host-act', reason: origin })];
  }
  return [
    ...denied,
    ask({
      rule: 'host-act',
      reason: `${origin}, but there is no sandbox to hold it`,
      remedy: 'add it to allowed_commands, or install the sandbox (loki doctor says how)',
    }),
  ];
}
