import type { CliContext } from './command.ts';

/** The end of a line as terminals send it, and what cancels or takes back. */
const enter = new Set(['\r', '\n', '\u0004']);
const interrupt = '\u0003';
const erase = new Set(['\u007f', '\b']);

/**
 * Asks for a line that is not shown while it is typed. Null when the person cancels. The terminal is given back as it was,
 * whatever happens.
 */
export async function hiddenInput(
  { stdin, tell, signal }: Pick<CliContext, 'stdin' | 'tell' | 'signal'>,
  question: string,
): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  let typed = '';
  const onData = (part: Buffer): void => {
    for (const letter of part.toString('utf8')) {
      if (enter.has(letter)) resolve(typed);
      else if (letter === interrupt) resolve(null);
      else if (erase.has(letter)) typed = typed.slice(0, -1);
      else typed += letter;
    }
  };
  const onAbort = (): void => resolve(null);
  tell(question);
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.on('end', onAbort);
  signal.addEventListener('abort', onAbort, { once: true });
  stdin.resume();
  try {
    return await promise;
  } finally {
    stdin.off('data', onData);
    stdin.off('end', onAbort);
    signal.removeEventListener('abort', onAbort);
    stdin.setRawMode(false);
    stdin.pause();
    tell('\n');
  }
}
