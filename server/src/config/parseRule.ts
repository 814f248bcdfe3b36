import { action as actionSchema, type Action } from '#protocol/action';
import { phase as phaseSchema, type Phase } from '#protocol/phase';
import type { Actor } from '../policy/actor.ts';
import type { PathFacts } from '../policy/facts.ts';
import { factKey, pathUses } from '../policy/pathUse.ts';
import { covers, type RuleSubject } from '../policy/policies/actionRules.ts';
import { toolNames } from '../policy/policies/aspects.ts';
import type { ActionRule, Conditions, Written } from '../policy/policies/policies.ts';
import { conditions, ruleItem } from './policiesSchema.ts';
import { parseItem, type Reading } from './reading.ts';
import { pathName, type ValuePath } from './readYaml.ts';

// One of the `rules` of a policies file. Its examples are tried at once: a rule that does not cover what its author
// thinks it does is a mistake in the file.

/** Parses a rule and tries its examples; what is wrong is added to the problems. */
export function parseRule(
  reading: Reading,
  value: unknown,
  path: ValuePath,
  written: (path: ValuePath, name: string | undefined) => Written,
): ActionRule | null {
  const item = parseItem(reading, ruleItem, value, path);
  if (item === null) return null;
  const before = reading.problems.length;
  const found: Conditions = {
    kinds: item.kind ?? [],
    paths: item.path ?? [],
    commands: item.command ?? [],
    hosts: item.host ?? [],
    branches: item.branch ?? [],
    tools: item.tool ?? [],
    agents: item.agent ?? [],
    phases: item.phase ?? [],
  };
  const object = (at: ValuePath, message: string): void => {
    reading.problems.push(reading.yaml.problemAt(at, `${pathName(at)}: ${message}`));
  };
  if (Object.values(found).every((values) => values.length === 0)) {
    object(path, `must have a condition: ${Object.keys(conditions).join(', ')}`);
  }
  for (const tool of found.tools) {
    const isKnown = /[*:]|^mcp__/.test(tool) || Object.values(toolNames).includes(tool);
    if (!isKnown) object([...path, 'tool'], `there is no tool ${tool}; write server:tool for one of an MCP server`);
  }
  if (reading.problems.length > before) return null;

  const tryExamples = (key: 'match' | 'not_match', examples: readonly unknown[], isWanted: boolean): void => {
    for (const [index, example] of examples.entries()) {
      const at = [...path, key, index];
      const subject = exampleSubject(reading, example, at);
      if (subject === null || covers(found, subject) === isWanted) continue;
      object(at, isWanted ? 'the rule does not cover this example' : 'the rule covers this example, and should not');
    }
  };
  tryExamples('match', item.match, true);
  tryExamples('not_match', item.not_match ?? [], false);
  const { name, decision, reason = null } = item;
  return { ...written(path, name), conditions: found, severity: decision, reason };
}

/** What an example stands for: a text is a command line, anything else an action, with who acts in which phase beside it. */
function exampleSubject(reading: Reading, example: unknown, at: ValuePath): RuleSubject | null {
  const { agent, swarm, phase, ...members } = isObject(example) ? example : {};
  const value =
    typeof example === 'string' ? { kind: 'command', command: example } : isObject(example) ? members : example;
  const filled = isObject(value) && value['kind'] === 'file_write' ? { content: '', ...value } : value;
  const parsed = actionSchema.safeParse(filled);
  if (!parsed.success) {
    const issues = parsed.error.issues.flatMap((issue) => reading.yaml.issueProblems(issue, at));
    reading.problems.push(...issues);
    return null;
  }
  const inPhase = phase === undefined ? null : phaseSchema.safeParse(phase);
  const isNamed = [agent, swarm].every((name) => name === undefined || typeof name === 'string');
  if (inPhase?.success === false || !isNamed) {
    const message = `${pathName(at)}: agent and swarm must be names, phase one of: reason, act, reflect, verify`;
    reading.problems.push(reading.yaml.problemAt(at, message));
    return null;
  }
  const actor: Actor = { kind: 'agent', name: textOr(agent, 'agent'), swarm: textOr(swarm, '') };
  const where: Phase | null = inPhase === null ? null : inPhase.data;
  return { actor, action: parsed.data, phase: where, facts: { paths: writtenPaths(parsed.data) } };
}

/** An example has no disk: its paths are what they are written as. */
function writtenPaths(action: Action): ReadonlyMap<string, PathFacts> {
  return new Map(
    pathUses(action).map((use) => {
      const relative = use.path
        .split('/')
        .filter((part) => part !== '' && part !== '.')
        .join('/');
      return [factKey(use), { kind: 'inside', relative, lexical: relative, entry: 'missing', hardLinks: 1 }];
    }),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
