import type { CallOutput, ModelRequest, Turn } from '../conversation.ts';
import type { Scenario, ScenarioCondition, ScenarioStep } from './scenario.ts';

// Finds what the scripted model says next. It keeps no state: the request alone tells how far the script has been played
// (each assistant turn is one step that was played), so a resumed run plays on where it stopped.

/** What a scripted model says in one answer; each call's input is JSON as a model would write it. */
export interface ScriptedStep {
  readonly text: string;
  readonly calls: readonly { readonly tool: string; readonly input: string }[];
}

/** The step for this request; where the script has nothing more, the agent finishes. */
export function nextStep(scenario: Scenario, request: ModelRequest): ScriptedStep {
  const cycles = Object.hasOwn(scenario.agents, request.agent) ? scenario.agents[request.agent] : undefined;
  const places = cycles?.[request.cycle - 1] ?? [];
  if (places.length === 0) return finishing('The script has nothing for me to do here.');
  let position = 0;
  for (const moment of momentsOf(request)) {
    const seen = new Seen(scenario, request, moment);
    const playable = places.map((alternatives) => alternatives.find((step) => isPlayed(step, seen)));
    const index = playable.findIndex((step, at) => at >= position && step !== undefined);
    const step = playable[index];
    if (step === undefined) break;
    if (moment === request.turns.length) return spoken(step, seen);
    position = index + 1;
  }
  return finishing('That is all that my script says.');
}

/** The points of a conversation at which the model speaks: before each of its turns, and now. */
function momentsOf({ turns }: ModelRequest): readonly number[] {
  return [...turns.flatMap((turn, index) => (turn.role === 'assistant' ? [index] : [])), turns.length];
}

/** What is known at one moment: the results of the calls just before, and the quotes found by then. */
class Seen {
  readonly results: readonly CallOutput[];
  readonly #prompt: string;
  readonly #scenario: Scenario;

  constructor(scenario: Scenario, request: ModelRequest, moment: number) {
    const before = request.turns.slice(0, moment);
    const last = before.at(-1);
    this.#scenario = scenario;
    this.#prompt = [request.instructions, ...before.flatMap(textOfUser)].join('\n');
    this.results = last?.role === 'tool' ? last.results.map(({ output }) => output) : [];
  }

  quote(name: string): string | null {
    const quote = Object.hasOwn(this.#scenario.quotes, name) ? this.#scenario.quotes[name] : undefined;
    if (quote === undefined) return null;
    const text = quote.from === 'prompt' ? this.#prompt : this.results.map(wordsOf).join('\n');
    const match = Array.from(text.matchAll(new RegExp(quote.pattern, 'gm'))).at(-1);
    return match === undefined ? null : (match[1] ?? match[0]).slice(0, 500);
  }
}

function textOfUser(turn: Turn): readonly string[] {
  return turn.role === 'user' ? [turn.text] : [];
}

function wordsOf(output: CallOutput): string {
  return output.kind === 'refused' ? output.reason : output.text;
}

/** A step is passed over when its condition does not hold, or when something that it quotes is not there. */
function isPlayed(step: ScenarioStep, seen: Seen): boolean {
  const quoted = JSON.stringify([step.say, step.calls]).matchAll(/\{\{(\w+)\}\}/g);
  if (Array.from(quoted, ([, name = '']) => seen.quote(name)).includes(null)) return false;
  return step.when === undefined || holds(step.when, seen);
}

function holds(condition: ScenarioCondition, seen: Seen): boolean {
  const { result, no_result: noResult, refused, quoted } = condition;
  const someMatch = (pattern: string) => seen.results.some((output) => new RegExp(pattern, 'm').test(wordsOf(output)));
  if (result !== undefined && !someMatch(result)) return false;
  if (noResult !== undefined && someMatch(noResult)) return false;
  if (refused !== undefined && seen.results.some(({ kind }) => kind === 'refused') !== refused) return false;
  return quoted === undefined || seen.quote(quoted) !== null;
}

function spoken(step: ScenarioStep, seen: Seen): ScriptedStep {
  const filled = (text: string) => text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => seen.quote(name) ?? '');
  return {
    text: filled(step.say).trim(),
    calls: step.calls.map((call) => ({
      tool: call.tool,
      input: 'raw_input' in call ? call.raw_input : JSON.stringify(fillValue(call.input, filled)),
    })),
  };
}

function fillValue(value: unknown, filled: (text: string) => string): unknown {
  if (typeof value === 'string') return filled(value);
  if (Array.isArray(value)) return value.map((item) => fillValue(item, filled));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fillValue(member, filled)]));
  }
  return value;
}

function finishing(summary: string): ScriptedStep {
  return { text: '', calls: [{ tool: 'finish', input: JSON.stringify({ summary }) }] };
}
