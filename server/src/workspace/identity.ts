import type { Git } from './git.ts';
import type { GitPlace } from './gitEnvironment.ts';

/** The user's own identity as git knows it, or Loki's where there is none. */
export async function identityFor(checkout: Git, signal?: AbortSignal): Promise<NonNullable<GitPlace['identity']>> {
  const answer = await checkout.attempt(['var', 'GIT_AUTHOR_IDENT'], { signal });
  const match = /^(.*) <(.*)> \d+ [+-]\d+$/.exec(answer.stdout.toString().trim());
  const [, name = '', email = ''] = match ?? [];
  return answer.exitCode === 0 && name !== '' ? { name, email } : { name: 'Loki', email: 'loki@localhost' };
}
