import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { systemErrorCode } from '../base/failure.ts';
import type { Confirmation } from './config.ts';

// What a project's configuration asks for and the user has agreed to, by hash, in `$LOKI_HOME/trust.json`: a repository
// that somebody else wrote must not send requests elsewhere or run set-up commands merely by being opened.

const trustFile = z.strictObject({ version: z.literal(1), confirmed: z.array(z.string()) });

/** Those confirmations that the user has not given yet. A file that cannot be read as one counts as empty. */
export async function unconfirmed(
  lokiHome: string,
  confirmations: readonly Confirmation[],
): Promise<readonly Confirmation[]> {
  if (confirmations.length === 0) return [];
  const known = await readConfirmed(lokiHome);
  return confirmations.filter(({ sha256 }) => !known.includes(sha256));
}

/** Remembers that the user agreed. */
export async function confirm(lokiHome: string, confirmations: readonly Confirmation[]): Promise<void> {
  const known = await readConfirmed(lokiHome);
  const confirmed = [...new Set([...known, ...confirmations.map(({ sha256 }) => sha256)])].sort();
  await writeFileAtomically(fileIn(lokiHome), `${JSON.stringify({ version: 1, confirmed }, null, 2)}\n`);
}

async function readConfirmed(lokiHome: string): Promise<readonly string[]> {
  try {
    const parsed = trustFile.safeParse(JSON.parse(await readFile(fileIn(lokiHome), 'utf8')));
    return parsed.success ? parsed.data.confirmed : [];
  } catch (error) {
    if (error instanceof SyntaxError || systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function fileIn(lokiHome: string): string {
  return path.join(lokiHome, 'trust.json');
}
