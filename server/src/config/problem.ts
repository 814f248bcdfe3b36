import { Failure } from '../base/failure.ts';

/** One thing that is wrong with the configuration, at its place. */
export interface Problem {
  /** `file:line:column`, or the name of an environment variable. */
  readonly where: string;
  readonly message: string;
}

/** The failure that carries its problems, for who shows each at its place. */
class ConfigInvalid extends Failure {
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[], options?: { readonly cause?: unknown }) {
    super('config_invalid', message, options);
    this.problems = problems;
  }
}

/** The problems that a failure was made of; none for a failure that is not about the configuration. */
export function problemsOf(failure: unknown): readonly Problem[] {
  return failure instanceof ConfigInvalid ? failure.problems : [];
}

/** One failure for what was wrong in several files. */
export function allInvalid(failures: readonly Failure[]): Failure {
  const message = failures.map((failure) => failure.message).join('\n');
  return new ConfigInvalid(message, failures.flatMap(problemsOf), { cause: failures[0] });
}

/** A configuration that cannot be used: every problem in one message, the most with their place in a file. */
export function configInvalid(problems: readonly Problem[], options?: { readonly cause?: unknown }): Failure {
  const shown = problems.slice(0, 20).map((problem) => `${problem.where}: ${problem.message}`);
  if (problems.length > shown.length) shown.push(`and ${problems.length - shown.length} more`);
  const what = shown.length === 1 ? shown[0] : `\n  ${shown.join('\n  ')}`;
  return new ConfigInvalid(
    `the configuration has an error, so nothing runs until it is mended: ${what ?? ''}`,
    problems,
    options,
  );
}
