import type * as z from 'zod/mini';
import { action as actionSchema, type Action } from '#protocol/action';
import { issueWords } from '../base/issueWords.ts';

export type ActionLine =
  | { readonly kind: 'action'; readonly action: Action }
  | { readonly kind: 'unknown'; readonly value: unknown; readonly problem: string };

/** A line longer than this is no action. */
const maxLineLength = 8 * 1024 * 1024;

/** Reads an action as JSON, or says in words for people why it is none. */
export function readActionLine(line: string): ActionLine {
  if (line.length > maxLineLength) return { kind: 'unknown', value: null, problem: 'the line is too long' };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'unknown', value: line, problem: 'the line is not JSON' };
  }
  const parsed = actionSchema.safeParse(value);
  if (parsed.success) return { kind: 'action', action: parsed.data };
  return {
    kind: 'unknown',
    value,
    problem: parsed.error.issues
      .map((issue) => problemOf(issue, value))
      .join('; ')
      .slice(0, 600),
  };
}

function problemOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    return `it has no member ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
  }
  if (issue.path.length === 0) return 'an action is an object with "kind" and other members';
  const [member = ''] = issue.path;
  const isMissing = typeof value !== 'object' || value === null || !Object.hasOwn(value, member);
  return `${JSON.stringify(issue.path.join('.'))} ${isMissing ? 'is missing; it ' : ''}${issueWords(issue)}`;
}
