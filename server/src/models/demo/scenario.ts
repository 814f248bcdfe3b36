import { parseDocument } from 'yaml';
import * as z from 'zod';
import { sha256 } from '../../base/digest.ts';
import { Failure } from '../../base/failure.ts';

// A scenario is the script of the demo provider: what each agent says and calls, turn by turn. It is data, parsed
// strictly; it never decides anything: every call it proposes goes the same way as a real model's.

const expression = z.string().refine(isExpression, 'not a regular expression');

/** A text taken from what the model is shown, for `{{name}}` in what it says and calls. The last match counts. */
const quote = z.strictObject({ from: z.enum(['prompt', 'results']), pattern: expression });

/** When a step is played; all members must hold. A step that is not played is passed over. */
const condition = z.strictObject({
  /** Some result of the calls just before matches. */
  result: expression.optional(),
  /** No result of the calls just before matches. */
  no_result: expression.optional(),
  /** Whether some call just before was refused. */
  refused: z.boolean().optional(),
  /** The quote of this name was found. */
  quoted: z.string().optional(),
});

const call = z.union([
  z.strictObject({ tool: z.string(), input: z.record(z.string(), z.unknown()) }),
  /** Arguments as they stand, for calls that are not well formed. */
  z.strictObject({ tool: z.string(), raw_input: z.string() }),
]);

const step = z.strictObject({
  when: condition.optional(),
  say: z.string().default(''),
  calls: z.array(call).default([]),
});

const recordedApproval = z.strictObject({
  action: z.union([
    z.strictObject({ kind: z.enum(['file_read', 'file_write', 'file_edit', 'file_delete']), path: z.string() }),
    z.strictObject({ kind: z.literal('command'), command: z.string() }),
  ]),
  outcome: z.enum(['approved', 'denied', 'expired']),
  why: z.string(),
});

const scenarioFile = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  about: z.string(),
  /** What a person would have asked for. */
  task: z.string().optional(),
  simulates: z.strictObject({ provider: z.string(), model: z.string() }),
  /** Digest of the bundled sample's files: only there do the recorded approvals count. */
  sample_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  approvals: z.array(recordedApproval).default([]),
  quotes: z.record(z.string(), quote).default({}),
  /** Per agent a list of cycles, each a list of steps; a list in place of a step holds alternatives. */
  agents: z.record(z.string(), z.array(z.array(z.union([step, z.array(step)])))),
});

export type ScenarioStep = z.infer<typeof step>;
export type ScenarioCondition = z.infer<typeof condition>;
export type RecordedApproval = z.infer<typeof recordedApproval>;

export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly task: string | null;
  readonly simulates: { readonly provider: string; readonly model: string };
  readonly sampleSha256: string | null;
  readonly approvals: readonly RecordedApproval[];
  readonly quotes: Readonly<Record<string, z.infer<typeof quote>>>;
  /** By agent and cycle, in order; of the alternatives in one place the first that can be played is played. */
  readonly agents: Readonly<Record<string, readonly (readonly (readonly ScenarioStep[])[])[]>>;
  /** SHA-256 of the file: recorded approvals name it, so that an audit shows which script answered. */
  readonly sha256: string;
}

/** Parses a scenario's text; anything unexpected in it is a failure that names `file` and the place. */
export function parseScenario(text: string, file: string): Scenario {
  const document = parseDocument(text, { uniqueKeys: true });
  const broken = document.errors[0];
  if (broken !== undefined) throw invalid(file, broken.message.split('\n')[0] ?? 'not YAML', broken);
  const parsed = scenarioFile.safeParse(document.toJS());
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a scenario'}`, parsed.error);
  }
  const { sample_sha256, task, agents: parts, ...rest } = parsed.data;
  const agents = Object.fromEntries(
    Object.entries(parts).map(([agent, cycles]) => [
      agent,
      cycles.map((steps) => steps.map((place) => [place].flat())),
    ]),
  );
  const unknown = unknownQuote({ quotes: rest.quotes, agents });
  if (unknown !== null) throw invalid(file, `the quote "${unknown}" is not declared under quotes`);
  return { ...rest, agents, task: task ?? null, sampleSha256: sample_sha256 ?? null, sha256: sha256(text) };
}

function unknownQuote(scenario: Pick<Scenario, 'quotes' | 'agents'>): string | null {
  const steps = Object.values(scenario.agents).flat(3);
  const used = steps.flatMap((step) => [
    ...JSON.stringify([step.say, step.calls])
      .matchAll(/\{\{(\w+)\}\}/g)
      .map((match) => match[1] ?? ''),
    ...(step.when?.quoted === undefined ? [] : [step.when.quoted]),
  ]);
  return used.find((name) => !Object.hasOwn(scenario.quotes, name)) ?? null;
}

function isExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'm') instanceof RegExp;
  } catch {
    return false;
  }
}

function invalid(file: string, problem: string, cause?: unknown): Failure {
  return new Failure('scenario_invalid', `the scenario ${file} cannot be used: ${problem}`, { cause });
}
