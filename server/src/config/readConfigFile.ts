import { constants } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '../base/digest.ts';
import { Failure, systemErrorCode } from '../base/failure.ts';
import type { ConfigFile } from './config.ts';
import { parseConfig, type ParsedConfig } from './parseConfig.ts';
import { configInvalid } from './problem.ts';

/** One file of one tier: what it says and what it was read from. */
export interface TierFile {
  readonly file: ConfigFile;
  readonly parsed: ParsedConfig;
}

const maxBytes = 1024 * 1024;

/** The first of the given names that exists, null for none. Two at once are an error: nobody could say which one counts. */
export async function findConfigFile(folder: string, names: readonly string[]): Promise<string | null> {
  const existing: string[] = [];
  for (const name of names) {
    if (await exists(path.join(folder, name))) existing.push(name);
  }
  if (existing.length > 1) {
    throw configInvalid([
      {
        where: path.join(folder, existing[1] ?? ''),
        message: `stands beside ${existing[0] ?? ''}; keep one of the two`,
      },
    ]);
  }
  return existing[0] === undefined ? null : path.join(folder, existing[0]);
}

/**
 * Reads a configuration file. What cannot be read is a `config_invalid` failure: an unreadable file never means "nothing
 * set". `within` is the folder that it must not leave through a link.
 */
export async function readConfigFile(
  tier: ConfigFile['tier'],
  file: string,
  shownAs: string,
  within: string | null,
): Promise<TierFile> {
  const text = await readStrictText(file, shownAs, within);
  return { file: { tier, path: file, sha256: sha256(text) }, parsed: parseConfig(text, shownAs, tier) };
}

/** The text of a file that governs; what is no plain, small and readable file of UTF-8 is a `config_invalid` failure. */
export async function readStrictText(file: string, shownAs: string, within: string | null): Promise<string> {
  try {
    if (within !== null) await refuseEscape(file, shownAs, within);
    // Without waiting: a pipe in the place of the file must not hang.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw configInvalid([{ where: shownAs, message: 'is not a file; replace it by one' }]);
      if (stats.size > maxBytes) throw configInvalid([{ where: shownAs, message: 'is larger than 1 MiB; shorten it' }]);
      const bytes = await handle.readFile();
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = systemErrorCode(error);
    const message =
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
        ? 'is not UTF-8; save it as UTF-8'
        : `cannot be read (${code ?? 'unknown error'}); make it readable, or remove it`;
    throw configInvalid([{ where: shownAs, message }], { cause: error });
  }
}

async function refuseEscape(file: string, shownAs: string, within: string): Promise<void> {
  const relative = path.relative(await realpath(within), await realpath(file));
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) {
    throw configInvalid([{ where: shownAs, message: 'is a link that leaves the workspace; replace it by a file' }]);
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw configInvalid(
      [{ where: file, message: `cannot be looked at (${code ?? 'unknown error'}); make it readable` }],
      { cause: error },
    );
  }
}
