import { unreachable } from '../../base/invariant.ts';
import { covers, mayLieBelow } from '../pathPattern.ts';

// The language of `pre_execution`: three forms over a few names, and nothing else. What is not understood is refused
// when the file is read, what is not known when it is asked is not fulfilled.

type TextName = 'phase' | 'agent' | 'swarm' | 'kind';
type Comparison = '<' | '<=' | '=' | '>=' | '>';

export type Expression =
  | {
      readonly kind: 'starts_with';
      readonly isNegated: boolean;
      /** Null for the project itself, else a folder or a glob in it. */
      readonly folder: string | null;
      readonly text: string;
    }
  | { readonly kind: 'compares'; readonly comparison: Comparison; readonly limit: number; readonly text: string }
  | {
      readonly kind: 'is';
      readonly isNegated: boolean;
      readonly name: TextName;
      readonly values: readonly string[];
      readonly text: string;
    };

/** What an expression may speak about. Null is what nobody knows. */
export interface Variables {
  readonly paths: readonly PathVariable[];
  readonly activeAgents: number | null;
  readonly phase: string | null;
  readonly agent: string | null;
  readonly swarm: string | null;
  readonly kind: string | null;
}

/** One path that is touched: as it was written, and its names in the project; null outside of it. */
export interface PathVariable {
  readonly shown: string;
  readonly names: readonly string[] | null;
  /** Whether more below it is touched than the names say. */
  readonly isWhole?: boolean;
}

export type ParsedExpression =
  { readonly kind: 'expression'; readonly expression: Expression } | { readonly kind: 'unknown' };

/** The forms, for people who wrote something else. */
export const expressionForms =
  'must be one of: "file_path must start with project_dir", "file_path must [not] start with src/", "active_agents <= 3", "phase must [not] be act" (also agent, swarm, kind; "one of act, verify")';

/** Reads an expression; what has none of the known forms is `unknown`. */
export function parseExpression(written: string): ParsedExpression {
  const text = written.trim().replace(/\s+/g, ' ');
  const expression = startsWith(text) ?? compares(text) ?? is(text);
  return expression === null ? { kind: 'unknown' } : { kind: 'expression', expression };
}

function startsWith(text: string): Expression | null {
  const found = /^file_path must (not )?start with (?:(project_dir)|"([^"]+)"|'([^']+)'|([^\s"'`$]+))$/.exec(text);
  if (found === null) return null;
  const [, not, project, ...folders] = found;
  const isNegated = not !== undefined;
  if (project !== undefined) return isNegated ? null : { kind: 'starts_with', isNegated, folder: null, text };
  const folder = (folders.find((part) => part !== undefined) ?? '').replace(/^project_dir\//, '');
  const isInside = folder !== '' && !/^[/~\\]|\\|\p{Cc}|_dir\b/u.test(folder) && !folder.split('/').includes('..');
  return isInside ? { kind: 'starts_with', isNegated, folder, text } : null;
}

function compares(text: string): Expression | null {
  const found = /^active_agents ?(<=|<|>=|>|==|=) ?(\d{1,6})$/.exec(text);
  if (found === null) return null;
  const comparison = found[1] === '==' ? '=' : comparisons.find((known) => known === found[1]);
  return comparison === undefined ? null : { kind: 'compares', comparison, limit: Number(found[2]), text };
}

const comparisons: readonly Comparison[] = ['<', '<=', '=', '>=', '>'];

function is(text: string): Expression | null {
  const found = /^(phase|agent|swarm|kind) must (not )?be (one of )?(\w[\w-]*(?: ?, ?\w[\w-]*)*)$/.exec(text);
  if (found === null) return null;
  const name = textNames.find((known) => known === found[1]);
  const values = (found[4] ?? '').split(',').map((value) => value.trim());
  if (name === undefined || (values.length > 1 && found[3] === undefined)) return null;
  return { kind: 'is', isNegated: found[2] !== undefined, name, values, text };
}

const textNames: readonly TextName[] = ['phase', 'agent', 'swarm', 'kind'];

/** Why an expression does not hold, or null where it does. */
export function failureOf(expression: Expression, variables: Variables): string | null {
  switch (expression.kind) {
    case 'starts_with':
      return pathFailure(expression, variables);
    case 'compares': {
      const { activeAgents } = variables;
      if (activeAgents === null) return `it is not known how many agents are active ("${expression.text}")`;
      if (compare(activeAgents, expression.comparison, expression.limit)) return null;
      return `${activeAgents} ${activeAgents === 1 ? 'agent is' : 'agents are'} active, and "${expression.text}"`;
    }
    case 'is': {
      const value = variables[expression.name];
      if (value === null) return `the ${expression.name} is not known ("${expression.text}")`;
      if (expression.values.includes(value) !== expression.isNegated) return null;
      return `the ${expression.name} is ${value}, and "${expression.text}"`;
    }
    default:
      return unreachable(expression);
  }
}

function pathFailure(expression: Extract<Expression, { kind: 'starts_with' }>, { paths }: Variables): string | null {
  const { folder, isNegated, text } = expression;
  for (const { shown, names, isWhole = false } of paths) {
    // What lies outside of the project starts with nothing in it, and must not pass for what merely starts elsewhere.
    if (names === null) return `${shown} lies outside of the project, and "${text}"`;
    if (folder === null) continue;
    const isBelow = isNegated
      ? names.some((name) => covers(folder, name) || (isWhole && mayLieBelow(folder, name)))
      : names.every((name) => covers(folder, name));
    if (isBelow === isNegated) return `${shown} ${isNegated ? 'starts' : 'does not start'} so, and "${text}"`;
  }
  return null;
}

function compare(value: number, comparison: Comparison, limit: number): boolean {
  switch (comparison) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '=':
      return value === limit;
    case '>=':
      return value >= limit;
    case '>':
      return value > limit;
    default:
      return unreachable(comparison);
  }
}
