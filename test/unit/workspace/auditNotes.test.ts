import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { pushAuditNote } from '../../../server/src/workspace/auditNotes.ts';
import { git } from '../../../server/src/workspace/git.ts';
import { readAuditNotes } from '../../../server/src/workspace/readAuditNotes.ts';
import { remoteAccess } from '../../../server/src/workspace/remoteAccess.ts';
import { sampleRepository, type SampleRepository } from './sampleRepository.ts';

const never = new AbortController().signal;
const ref = 'refs/notes/loki-audit';
let repository: SampleRepository;

afterEach(() => repository.remove());

/** A repository with a real bare one as its remote. */
function withRemote(): string {
  repository = sampleRepository();
  const bare = path.join(repository.home, 'remote.git');
  repository.git('init', '--quiet', '--bare', bare);
  repository.git('remote', 'add', 'origin', bare);
  return bare;
}

const push = async (line: string, root = repository.root) =>
  await pushAuditNote(root, { line, remote: 'origin', isNear: false }, never);
const inRemote = (bare: string, ...args: readonly string[]): string =>
  execFileSync('git', ['--git-dir', bare, ...args], { encoding: 'utf8' });

describe('a note about the audit log', () => {
  test('stands at the commit that is checked out, and in the remote once it is acknowledged', async () => {
    const bare = withRemote();
    const head = repository.git('rev-parse', 'HEAD').trim();
    expect(await push('{"n":1}')).toEqual({ commit: head, address: bare });
    expect(inRemote(bare, 'notes', '--ref', ref, 'list').trim().split(' ')[1]).toBe(head);
    await push('{"n":2}');
    repository.write('b.txt', 'b\n');
    repository.git('add', '--all');
    repository.git('commit', '--quiet', '--message=Second');
    await push('{"n":3}');
    expect((await readAuditNotes(repository.root)).toSorted()).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    expect(inRemote(bare, 'rev-parse', ref)).toBe(repository.git('rev-parse', ref));
    // Nothing but the notes was pushed.
    expect(inRemote(bare, 'for-each-ref', '--format=%(refname)')).toBe(`${ref}\n`);
    expect(repository.git('status', '--porcelain')).toBe('');
  });

  test('joins those that another clone pushed', async () => {
    const bare = withRemote();
    repository.git('push', '--quiet', 'origin', 'main');
    const other = path.join(repository.home, 'other');
    repository.git('clone', '--quiet', '--branch=main', bare, other);
    await push('{"n":1}');
    await push('{"n":2}', other);
    await push('{"n":3}');
    expect((await readAuditNotes(repository.root)).toSorted()).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    expect(inRemote(bare, 'rev-parse', ref)).toBe(repository.git('rev-parse', ref));
  });

  test('is not counted where the remote refuses it', async () => {
    const bare = withRemote();
    const hook = path.join(bare, 'hooks', 'pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho no notes here >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    await expect(push('{"n":1}')).rejects.toMatchObject({
      code: 'git_failed',
      message: expect.stringContaining('no notes here'),
    });
    expect(inRemote(bare, 'for-each-ref')).toBe('');
    expect(await readAuditNotes(repository.root)).toEqual([]);
    writeFileSync(hook, '#!/bin/sh\nexit 0\n');
    await push('{"n":2}');
    expect((await readAuditNotes(repository.root)).toSorted()).toEqual(['{"n":1}', '{"n":2}']);
  });

  test('is found by whoever fetches the notes', async () => {
    const bare = withRemote();
    repository.git('push', '--quiet', 'origin', 'main');
    await push('{"n":1}');
    const other = path.join(repository.home, 'other');
    repository.git('clone', '--quiet', '--branch=main', bare, other);
    expect(await readAuditNotes(other)).toEqual([]);
    const documented = /git fetch origin (\S+)/.exec(readFileSync('docs/audit-anchors.md', 'utf8'))?.[1] ?? '';
    execFileSync('git', ['fetch', '--quiet', 'origin', documented], { cwd: other });
    expect(await readAuditNotes(other)).toEqual(['{"n":1}']);
  });

  test('starts nothing that the repository names', async () => {
    const bare = withRemote();
    const trap = path.join(repository.home, 'trap');
    const started = path.join(repository.home, 'started');
    writeFileSync(trap, `#!/bin/sh\ntouch ${started}\nexit 1\n`);
    chmodSync(trap, 0o755);
    for (const name of ['pre-push', 'reference-transaction', 'post-update']) {
      const hook = path.join(repository.root, '.git', 'hooks', name);
      writeFileSync(hook, `#!/bin/sh\ntouch ${started}\n`);
      chmodSync(hook, 0o755);
    }
    const settings = {
      'remote.origin.receivepack': trap,
      [`remote.${bare}.receivepack`]: trap,
      'core.sshCommand': trap,
      'core.fsmonitor': trap,
      'credential.helper': trap,
      'core.editor': trap,
      'gpg.program': trap,
      'push.gpgSign': 'true',
      'push.followTags': 'true',
      'core.gitProxy': trap,
    };
    for (const [key, value] of Object.entries(settings)) repository.git('config', key, value);
    repository.git('-c', 'core.hooksPath=/dev/null', 'tag', '--annotate', '--message=t', 't');
    await push('{"n":1}');
    expect(existsSync(started)).toBe(false);
    expect(inRemote(bare, 'for-each-ref', '--format=%(refname)')).toBe(`${ref}\n`);
  });

  test('says what is missing', async () => {
    repository = sampleRepository();
    const attempt = async (isNear = false) =>
      await pushAuditNote(repository.root, { line: '{}', remote: 'origin', isNear }, never);
    await expect(attempt()).rejects.toThrow('the repository has no remote origin; add it, or configure another one');
    repository.git('remote', 'add', 'origin', 'https://git.example/x.git');
    await expect(attempt(true)).rejects.toThrow('residency is air-gapped, and the remote origin is another machine');
    expect(repository.git('for-each-ref', ref)).toBe('');
  });

  test('is none where there is no repository, or none was made', async () => {
    repository = sampleRepository();
    expect(await readAuditNotes(repository.root)).toEqual([]);
    expect(await readAuditNotes(repository.home)).toEqual([]);
  });
});

describe('the address of a remote', () => {
  test.each([
    ['https://user:secret@git.example/team/x.git', 'https', 'https://git.example/team/x.git', false],
    ['http://127.0.0.1:8080/x.git', 'http', 'http://127.0.0.1:8080/x.git', true],
    ['ssh://git@git.example:22/x.git', 'ssh', 'ssh://git.example:22/x.git', false],
    ['git@git.example:team/x.git', 'ssh', 'git.example:team/x.git', false],
    ['localhost:x.git', 'ssh', 'localhost:x.git', true],
    ['/srv/x.git', 'file', '/srv/x.git', true],
    ['../x.git', 'file', '../x.git', true],
    ['file:///srv/x.git', 'file', 'file:///srv/x.git', true],
  ])('%s is reached by %s and shown as %s', async (url, protocol, shown, isNear) => {
    repository = sampleRepository();
    repository.git('remote', 'add', 'origin', url);
    expect(await remoteAccess(git(repository.root), 'origin')).toMatchObject({ url, protocol, shown, isNear });
  });

  test.each(['ext::sh -c date', 'git://git.example/x.git', 'helper::https://git.example/x', 'ftp://git.example/x'])(
    '%s is reached by nothing',
    async (url) => {
      repository = sampleRepository();
      repository.git('config', 'remote.origin.url', url);
      await expect(remoteAccess(git(repository.root), 'origin')).rejects.toThrow(
        'is none of https, http, ssh or a folder',
      );
    },
  );

  test('brings the helpers for passwords of the user, and not those of the repository', async () => {
    repository = sampleRepository();
    repository.git('remote', 'add', 'origin', 'https://git.example/x.git');
    repository.git('config', 'credential.helper', 'evil');
    repository.git('config', '--global', 'credential.helper', 'store');
    repository.git('config', '--global', 'credential.https://git.example.username', 'ada');
    const { credentials } = await remoteAccess(git(repository.root), 'origin');
    expect(credentials).toContainEqual(['credential.helper', 'store']);
    expect(credentials).toContainEqual(['credential.https://git.example.username', 'ada']);
    expect(credentials).not.toContainEqual(['credential.helper', 'evil']);
  });
});
