import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { maxLineBytes } from '../chain/chain.ts';
import { personalFolder } from '../file/auditFiles.ts';
import { commitmentTo, type CommittedValue } from './commitment.ts';

// The values beside the chain, for those who only read them.

export type StoredValue =
  | { readonly kind: 'value'; readonly value: string }
  /** It is not there: it was erased, or the folder did not come along. */
  | { readonly kind: 'gone' }
  /** What is there is not what the log commits to. */
  | { readonly kind: 'altered' };

/** Where the value of a commitment is kept. */
export function valueFile(folder: string, commitment: string): string {
  return path.join(personalFolder(folder), `${commitment.slice('commitment:'.length)}.json`);
}

/** Whether a log has personal values beside it, or had some. */
export function hasPersonal(folder: string): boolean {
  return existsSync(personalFolder(folder));
}

/** The commitments whose values are there. */
export function storedCommitments(folder: string): readonly string[] {
  if (!hasPersonal(folder)) return [];
  return readdirSync(personalFolder(folder)).flatMap((name) => {
    const digest = /^([0-9a-f]{64})\.json$/.exec(name)?.[1];
    return digest === undefined ? [] : [`commitment:${digest}`];
  });
}

export function readStored(folder: string, commitment: string): StoredValue {
  const text = readPlainFile(valueFile(folder, commitment));
  if (text === null) return { kind: 'gone' };
  const stored = parse(text);
  if (stored === null || commitmentTo(stored) !== commitment) return { kind: 'altered' };
  return { kind: 'value', value: stored.value };
}

/** A value with escapes may take six bytes a character. */
const mostBytes = 6 * maxLineBytes;

function readPlainFile(name: string): string | null {
  let file: number;
  try {
    file = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
  try {
    const found = fstatSync(file);
    return found.isFile() && found.size <= mostBytes ? readFileSync(file, 'utf8') : '';
  } finally {
    closeSync(file);
  }
}

function parse(text: string): CommittedValue | null {
  try {
    const stored: unknown = JSON.parse(text);
    if (typeof stored !== 'object' || stored === null || !('salt' in stored) || !('value' in stored)) return null;
    const { salt, value } = stored;
    return typeof salt === 'string' && typeof value === 'string' ? { salt, value } : null;
  } catch {
    return null;
  }
}
