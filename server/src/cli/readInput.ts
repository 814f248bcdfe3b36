import { addAbortSignal } from 'node:stream';
import type { CliContext } from './command.ts';

/** Everything that comes on standard input. A cancel ends the reading: nobody has to close the input as well. */
export async function readInput({ stdin, signal }: Pick<CliContext, 'stdin' | 'signal'>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of addAbortSignal(signal, stdin)) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}
