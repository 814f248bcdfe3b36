import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { Failure, systemErrorCode } from '../base/failure.ts';
import { makeFolder } from '../base/makeFolder.ts';
import { isLocked, tryLock, type Lock } from '../storage/lock.ts';
import { redactTextsSync } from '../scan/redactTexts.ts';
import { runRecord, type RunRecord } from './runRecord.ts';

/** Keeps state, and this file itself, out of the user's commits and policy in them: a run leaves no trace in `git status`. */
const ignoreRules = `# Written by Loki: state stays on this machine, policy and configuration can be committed.
/*
!/config.yaml
!/config.json
!/policies.yaml
!/policies.json
!/mcp.json
!/agents/
!/gates/
`;

/** The folder of one run's state. */
export function runFolder(workspace: string, runId: string): string {
  return path.join(workspace, '.loki', 'runs', runId);
}

/** Makes `.loki/` with its `.gitignore` where they are missing. A workspace that cannot be written is `disk_unwritable`. */
export async function prepareStateFolder(workspace: string): Promise<void> {
  const folder = path.join(workspace, '.loki');
  try {
    await refuseLink(folder);
    await refuseLink(path.join(folder, 'runs'));
    makeFolder(path.join(folder, 'runs'));
    await writeFile(path.join(folder, '.gitignore'), ignoreRules, { flag: 'wx' }).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      'disk_unwritable',
      `${folder} cannot be written (${systemErrorCode(error) ?? 'unknown error'}): Loki keeps its audit log there; make it writable or choose another --workspace`,
      { cause: error },
    );
  }
}

export async function saveRun(workspace: string, record: RunRecord): Promise<void> {
  await writeFileAtomically(
    path.join(runFolder(workspace, record.runId), 'run.json'),
    `${JSON.stringify(redactTextsSync(record), null, 2)}\n`,
  );
}

/** Reads one run; an unknown or unreadable one is a `run_unknown` failure. Never writes. */
export async function readRun(workspace: string, runId: string): Promise<RunRecord> {
  const record = await readIfThere(workspace, runId);
  if (record !== null) return record;
  const known = (await listRuns(workspace)).map((run) => run.runId);
  const hint =
    known.length > 0 ? `known here: ${known.slice(0, 5).join(', ')}` : 'no run was started in this workspace';
  throw new Failure('run_unknown', `there is no run ${runId}; ${hint}`);
}

/** All readable runs of a workspace, the latest first. Never writes. */
export async function listRuns(workspace: string): Promise<readonly RunRecord[]> {
  const names = await readdir(path.join(workspace, '.loki', 'runs')).catch((): string[] => []);
  const records = await Promise.all(names.map((name) => readIfThere(workspace, name)));
  return records.filter((record) => record !== null).sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

/** Takes the lease of a run, or answers null while another process holds it. The system frees it when its holder dies. */
export function takeLease(workspace: string, runId: string): Lock | null {
  return tryLock(leaseFile(workspace, runId));
}

/** Whether a run says it is working while nobody holds its lease: its process died. Never writes. */
export function isInterrupted(workspace: string, record: RunRecord): boolean {
  return record.state.kind === 'working' && !isLocked(leaseFile(workspace, record.runId));
}

function leaseFile(workspace: string, runId: string): string {
  return path.join(runFolder(workspace, runId), 'lease');
}

/** Owns a run while `act` works: nobody else resumes, accepts or discards it meanwhile. `run_busy` where somebody does. */
export async function withLease<T>(workspace: string, runId: string, act: () => Promise<T>): Promise<T> {
  const lease = takeLease(workspace, runId);
  if (lease === null) {
    throw new Failure('run_busy', `${runId} is being worked on by another process; wait for it, or cancel it there`);
  }
  try {
    return await act();
  } finally {
    lease.release();
  }
}

/** The same for a run that is kept already. Its record is read under the lease: what others did before is known. */
export async function withRun<T>(workspace: string, runId: string, act: (record: RunRecord) => Promise<T>): Promise<T> {
  // Once before, too: asking for a run that is not there must leave no trace of it.
  await readRun(workspace, runId);
  return await withLease(workspace, runId, async () => await act(await readRun(workspace, runId)));
}

/** A repository can bring a `.loki` that points elsewhere; state must lie where the protection of `.loki/` holds. */
async function refuseLink(folder: string): Promise<void> {
  const found = await lstat(folder).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (found?.isSymbolicLink() === true) {
    throw new Failure('disk_unwritable', `${folder} is a link; Loki keeps its state there itself: remove the link`);
  }
}

async function readIfThere(workspace: string, runId: string): Promise<RunRecord | null> {
  if (!/^run-[a-z0-9]+$/.test(runId)) return null;
  try {
    const text = await readFile(path.join(runFolder(workspace, runId), 'run.json'), 'utf8');
    const parsed = runRecord.safeParse(JSON.parse(text));
    return parsed.success && parsed.data.runId === runId ? parsed.data : null;
  } catch {
    return null;
  }
}
