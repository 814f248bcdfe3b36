import { readdirSync, readFileSync } from 'node:fs';

const closeOnExec = 0o2000000;

/**
 * Whether this process has open descriptors, besides the three usual ones, that a child would be handed. True where
 * nobody can tell.
 */
export function hasInheritable(): boolean {
  try {
    return readdirSync('/proc/self/fd').some((name) => Number(name) > 2 && !isClosedOnExec(name));
  } catch {
    return true;
  }
}

function isClosedOnExec(name: string): boolean {
  let text: string;
  try {
    text = readFileSync(`/proc/self/fdinfo/${name}`, 'latin1');
  } catch {
    // Already gone: it was the one that listed the folder.
    return true;
  }
  const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(text)?.[1] ?? '0', 8);
  return (flags & closeOnExec) !== 0;
}
