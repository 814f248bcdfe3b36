import { randomBytes } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { syncFolder } from '../../base/atomicFile.ts';
import type { EntryContent } from '../chain/chain.ts';
import { personalFolder } from '../file/auditFiles.ts';
import { makeFolder } from '../write/folder.ts';
import { commitmentTo, mapPersonal, type CommittedValue } from './commitment.ts';
import { valueFile } from './storedValues.ts';

const mostRemembered = 4096;

/**
 * Replaces what is personal in an entry by commitments. Their values are durable beside the chain before it resolves:
 * otherwise a crash would leave an entry whose values nobody ever erased. Content is already redacted.
 */
export function createCommitting(folder: string): (content: EntryContent) => Promise<EntryContent> {
  /** A value has one commitment for as long as this writer lives, and thus one file. */
  const known = new Map<string, string>();
  let isMade = false;

  return async (content) => {
    const fresh: { readonly commitment: string; readonly committed: CommittedValue }[] = [];
    const committed = mapPersonal(content, (value) => {
      const commitment = known.get(value);
      // Somebody may have erased it since: what is recorded from then on is another value.
      if (commitment !== undefined && isThere(folder, commitment)) return commitment;
      const made = { salt: randomBytes(32).toString('hex'), value };
      const name = commitmentTo(made);
      fresh.push({ commitment: name, committed: made });
      if (known.size >= mostRemembered) known.clear();
      known.set(value, name);
      return name;
    });
    if (fresh.length === 0) return committed;
    try {
      if (!isMade) await makeFolder(personalFolder(folder));
      isMade = true;
      await Promise.all(fresh.map(async (one) => await writeDurably(valueFile(folder, one.commitment), one.committed)));
      await syncFolder(personalFolder(folder));
    } catch (error) {
      for (const one of fresh) known.delete(one.committed.value);
      throw error;
    }
    return committed;
  };
}

function isThere(folder: string, commitment: string): boolean {
  return lstatSync(valueFile(folder, commitment), { throwIfNoEntry: false }) !== undefined;
}

async function writeDurably(name: string, committed: CommittedValue): Promise<void> {
  const file = await open(name, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(committed)}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
}
