import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { pushAuditNote } from '../../../server/src/workspace/auditNotes.ts';
import { startCountingServer } from '../../wire/countingServer.ts';
import { startWebhookServer } from '../../wire/webhookServer.ts';
import { startGitServer } from './gitServer.ts';
import { sampleRepository, type SampleRepository } from './sampleRepository.ts';

// Notes about the audit log where nothing may leave the machine: a real server of git on loopback is reached, and nothing
// that the environment or git's configuration would rather have.

let repository: SampleRepository;
afterEach(() => {
  vi.unstubAllEnvs();
  repository.remove();
});

const push = async () =>
  await pushAuditNote(
    repository.root,
    { line: '{"n":1}', remote: 'origin', isNear: true },
    AbortSignal.timeout(20_000),
  );

/** A repository whose remote is one of a server on this machine. */
async function withServer() {
  repository = sampleRepository();
  const folder = path.join(repository.home, 'served');
  mkdirSync(folder);
  repository.git('init', '--quiet', '--bare', path.join(folder, 'x.git'));
  const server = await startGitServer(folder);
  repository.git('remote', 'add', 'origin', `${server.url}/x.git`);
  return { ...server, bare: path.join(folder, 'x.git') };
}

const notesIn = (bare: string): string =>
  execFileSync('git', ['--git-dir', bare, 'for-each-ref', '--format=%(refname)'], { encoding: 'utf8' });

describe('a note that must not leave this machine', () => {
  test('reaches a server on it, past every proxy', async () => {
    const { url, bare, requests } = await withServer();
    const proxy = await startCountingServer('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const at = `http://127.0.0.1:${proxy.port}`;
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']) vi.stubEnv(name, at);
    for (const key of ['http.proxy', `http.${url}.proxy`, 'remote.origin.proxy', `remote.${url}/x.git.proxy`]) {
      repository.git('config', key, at);
    }
    expect(await push()).toMatchObject({ address: `${url}/x.git` });
    expect(notesIn(bare)).toBe('refs/notes/loki-audit\n');
    expect(requests.length).toBeGreaterThan(0);
    expect(proxy.connections()).toBe(0);
  });

  test('is led nowhere by a redirect, whatever git’s configuration says of them', async () => {
    repository = sampleRepository();
    const elsewhere = await startCountingServer();
    const location = `http://localhost:${elsewhere.port}/x.git/info/refs?service=git-receive-pack`;
    const { url, posts } = await startWebhookServer(302, { location });
    repository.git('remote', 'add', 'origin', url);
    repository.git('config', 'http.followRedirects', 'true');
    repository.git('config', `http.${url}.followRedirects`, 'true');
    await expect(push()).rejects.toMatchObject({ code: 'git_failed' });
    expect(posts).toHaveLength(1);
    expect(elsewhere.connections()).toBe(0);
  });

  test.each<[string, (url: string, other: string) => readonly (readonly [string, string])[]]>([
    ['a second rewriting', (url, other) => [['remote.origin.url', 'x:'], [`url.${url}.insteadOf`, 'x:'], [`url.${other}.insteadOf`, url]]], // prettier-ignore
    ['one for pushes behind a pushurl', (url, other) => [['remote.origin.pushurl', url], [`url.${other}.pushInsteadOf`, url]]], // prettier-ignore
    ['a remote that is called like the address', (url, other) => [[`remote.${url}.url`, other]]],
    ['pushes of a remote that is called like the address', (url, other) => [[`remote.${url}.pushurl`, other]]],
  ])('is led nowhere by %s', async (_, settings) => {
    const { url, requests } = await withServer();
    const other = await startCountingServer();
    for (const [key, value] of settings(`${url}/x.git`, `http://127.0.0.1:${other.port}/x.git`)) {
      repository.git('config', key, value);
    }
    await expect(push()).rejects.toThrow('leads the address of the remote origin on to another one');
    expect([other.connections(), requests.length]).toEqual([0, 0]);
  });
});
