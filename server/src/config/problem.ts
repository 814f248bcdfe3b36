import { Failure } from '../base/failure.ts';

/** One thing that is wrong with the configuration, at its place. */
export interface Problem {
  /** `file:line:column`, or the name of an environment variable. */
  readonly where: string;
  readonly message: string;
}

/** A configuration that cannot be used: every problem in one message, the most with their place in a file. */
export function configInvalid(problems: readonly Problem[], options?: { readonly cause?: unknown }): Failure {
  const shown = problems.slice(0, 20).map((problem) => `${problem.where}: ${problem.message}`);
  if (problems.length > shown.length) shown.push(`and ${problems.length - shown.length} more`);
  const what = shown.length === 1 ? shown[0] : `\n  ${shown.join('\n  ')}`;
  return new Failure(
    'config_invalid',
    `the configuration has an error, so nothing runs until it is mended: ${what ?? ''}`,
    options,
  );
}
