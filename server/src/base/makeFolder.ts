import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { systemErrorCode } from './failure.ts';

/**
 * Makes a folder and what is missing above it, each with mode 0700; one that is there stays as it is. Level by level,
 * because Node's own recursive mkdir never returns where the system answers ENOENT below an existing folder (/proc).
 */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const isThereNow = systemErrorCode(error) === 'EEXIST' && isFolder(folder);
    if (!isThereNow) throw error;
  }
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}
