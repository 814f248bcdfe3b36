import type { CliContext } from '../command.ts';
import { readOptions, refuseMore } from '../options.ts';
import type { AuditCommandDeps } from './deps.ts';
import { jsonLine } from './jsonLine.ts';

/** `loki audit rotate-key`: a new key signs from here on, in every log of this user. */
export async function rotateKey(
  { rotateSigningKey }: AuditCommandDeps,
  args: readonly string[],
  ctx: CliContext,
): Promise<number> {
  const { values, positionals } = readOptions(args, {});
  refuseMore('loki audit rotate-key', positionals);
  const { protection, keys } = await rotateSigningKey();
  const place =
    protection === 'keychain' ? "the system's keychain" : 'a file that only you may read (there is no keychain)';
  ctx.print(
    values.json
      ? jsonLine({ protection, keys })
      : `A new key is in ${place}. Each audit log of yours goes over to it when it is written to next; the key before it signs that\n`,
  );
  return 0;
}
