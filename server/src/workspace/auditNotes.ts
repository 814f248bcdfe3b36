import { Failure } from '../base/failure.ts';
import { git, gitFailed, type Git } from './git.ts';
import { identityFor } from './identity.ts';
import { remoteAccess, type RemoteAccess } from './remoteAccess.ts';
import { leadsHere } from './remoteAddress.ts';

// Notes about the audit log in the user's repository (`git log --notes=loki-audit` shows them), pushed to a remote. The
// only place where git reaches a remote, and only one that the configuration names; no branch and no commit is pushed.

const notesRef = 'refs/notes/loki-audit';
/** The notes that a remote is known to hold: those that it acknowledged, or that were fetched from it. */
const remoteNotesRef = 'refs/loki/audit-notes';

export interface NoteToPush {
  readonly line: string;
  readonly remote: string;
  /** Nothing but this machine may be reached. */
  readonly isNear: boolean;
}

export interface PushedNote {
  readonly commit: string;
  /** The address of the remote, without a password. */
  readonly address: string;
}

/** Adds a line to the note of the commit that is checked out. Resolves once the remote has acknowledged the notes. */
export async function pushAuditNote(workspace: string, note: NoteToPush, signal: AbortSignal): Promise<PushedNote> {
  const repo = git(workspace);
  const access = await remoteAccess(repo, note.remote, signal);
  if (note.isNear && !(await leadsHere(access)))
    throw new Failure('git_failed', `residency is air-gapped, and the remote ${note.remote} is another machine`);
  const commit = await headOf(repo, signal);
  const identity = await identityFor(repo, signal);
  await repo.text(['notes', '--ref', notesRef, 'append', '--file=-', commit], {
    input: `${note.line}\n`,
    identity,
    signal,
  });
  for (let attempt = 0; ; attempt += 1) {
    const notes = (await repo.text(['rev-parse', '--verify', notesRef], { signal })).trim();
    const args = ['push', '--porcelain', ...pushesNothingElse, access.url, `${notes}:${notesRef}`];
    const pushed = await repo.attempt(args, { remote: access, signal });
    if (pushed.exitCode === 0) {
      await repo.text(['update-ref', remoteNotesRef, notes], { signal });
      return { commit, address: access.shown };
    }
    // Another machine has pushed notes since: ours are joined with them, line by line.
    const isBehind = /^!\t.*(\[rejected\]|\(cannot lock ref|\(failed to update ref)/m.test(pushed.stdout.toString());
    if (!isBehind || attempt === mostAttempts) throw gitFailed(args, pushed);
    await joinRemote(repo, access, identity, signal);
  }
}

const mostAttempts = 3;

/** Whatever the configuration adds to a push: this one is about the notes alone, and starts no program of the remote's choice. */
const pushesNothingElse = [
  '--no-verify',
  '--no-follow-tags',
  '--no-signed',
  '--recurse-submodules=no',
  '--receive-pack=git-receive-pack',
];

async function joinRemote(
  repo: Git,
  access: RemoteAccess,
  identity: { readonly name: string; readonly email: string },
  signal: AbortSignal,
): Promise<void> {
  const fetching = [
    'fetch',
    '--no-tags',
    '--no-recurse-submodules',
    '--no-write-fetch-head',
    '--upload-pack=git-upload-pack',
  ];
  await repo.text([...fetching, access.url, `+${notesRef}:${remoteNotesRef}`], { remote: access, signal });
  await repo.text(['notes', '--ref', notesRef, 'merge', '--quiet', '--strategy=cat_sort_uniq', remoteNotesRef], {
    identity,
    signal,
  });
}

async function headOf(repo: Git, signal: AbortSignal): Promise<string> {
  const head = await repo.attempt(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { signal });
  if (head.exitCode === 0) return head.stdout.toString().trim();
  throw new Failure('git_failed', 'the workspace is in no git repository, or that has no commit yet');
}
