import { lstat, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { Finding } from '#protocol/gate';
import { count } from '../base/count.ts';
import { scanSecrets } from '../scan/secrets.ts';
import type { SecretMatch } from '../scan/secretScan.ts';
import { positionOf, textOf } from '../scan/text.ts';
import { fileChanges, filesAt, readFileAt } from '../workspace/changes.ts';
import { inconclusive, findingOf, type GateContext, type GateOutcome } from './gate.ts';

/** A file larger than this is not read: the gate then says that it could not decide. */
const maxSizeBytes = 64 * 1024 * 1024;

/**
 * Looks for secrets in every file that differs from where the run started. A secret that the file held before the run
 * is not the run's, so it is left out. Any new one fails the gate; what was found is never repeated.
 */
export async function secretGate(ctx: GateContext, signal: AbortSignal): Promise<GateOutcome> {
  const files = await filesToScan(ctx, signal);
  const findings: Finding[] = [];
  const unread: string[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    const text = await readText(path.join(ctx.worktree.workspace, file));
    if (text === null) unread.push(file);
    else if (text !== '') findings.push(...(await findingsIn(ctx, file, text, signal)));
  }
  if (findings.length > 0) {
    const summary = `${count(findings.length, 'secret')} in ${count(new Set(findings.map((f) => f.path)).size, 'file')}`;
    return { status: 'failed', command: null, exitCode: null, findings, summary };
  }
  if (unread.length > 0) return inconclusive(null, `${unread.slice(0, 3).join(', ')} could not be scanned`);
  const summary = `no secret in ${count(files.length, 'file')}`;
  return { status: 'passed', command: null, exitCode: null, findings: [], summary };
}

async function filesToScan(
  { worktree, isWholeCheckout }: GateContext,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const changes = await fileChanges(worktree, { signal });
  const changed = changes.filter(({ status }) => status !== 'deleted').map((change) => change.path);
  if (isWholeCheckout !== true) return changed;
  const gone = new Set(changes.filter(({ status }) => status === 'deleted').map((change) => change.path));
  const committed = await filesAt(worktree, worktree.baseCommit, signal);
  return [...new Set([...committed.filter((file) => !gone.has(file)), ...changed])];
}

/** The text of a file, the target of a link, '' for what is neither, null for what could not be read. */
async function readText(file: string): Promise<string | null> {
  try {
    const entry = await lstat(file);
    if (entry.isSymbolicLink()) return await readlink(file);
    if (!entry.isFile()) return '';
    return entry.size > maxSizeBytes ? null : textOf(await readFile(file));
  } catch {
    return null;
  }
}

async function findingsIn(
  { worktree, isWholeCheckout }: GateContext,
  file: string,
  text: string,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const matches = await scanSecrets(text);
  if (matches.length === 0) return [];
  const before = isWholeCheckout === true ? null : await readFileAt(worktree, worktree.baseCommit, file, signal);
  const old = before === null ? '' : textOf(before);
  const isNew = ({ start, end }: SecretMatch): boolean => !old.includes(text.slice(start, end));
  return matches.filter(isNew).map(({ rule, kind, start, severity }) => {
    const { line } = positionOf(text, start);
    const message = `${kind} in ${file}: take it out, and replace the secret where it is in use`;
    return findingOf({ source: 'secrets', rule, severity, message, path: file, line });
  });
}
