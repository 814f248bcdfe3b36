import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assert, asyncProperty, constantFrom } from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import { newRunId, newTaskId } from '../../server/src/base/id.ts';
import { systemClock } from '../../server/src/base/clock.ts';
import { loadConfig } from '../../server/src/config/loadConfig.ts';
import type { ApprovalAnswer } from '#protocol/approval';
import { createGateway } from '../../server/src/gateway/gateway.ts';
import { createJudge } from '../../server/src/gateway/judge.ts';
import { createPerform } from '../../server/src/gateway/perform.ts';
import type { Actor } from '../../server/src/policy/actor.ts';
import { outboundCommands } from '../../server/src/policy/outboundCommands.ts';
import { bareSandbox } from '../../server/src/sandbox/bare.ts';
import { git } from '../../server/src/workspace/git.ts';
import { remoteRoutes } from '../../server/src/workspace/remoteRoutes.ts';
import { implementer } from '../unit/policy/fixtures.ts';
import { startGitServer } from '../unit/workspace/gitServer.ts';
import { sampleRepository, type SampleRepository } from '../unit/workspace/sampleRepository.ts';
import { startCountingServer } from '../wire/countingServer.ts';

// `residency.air_gapped` against everything that reaches a network by way of git or of a command that no sandbox holds:
// real configuration, real repositories, real decisions, and for what is allowed the real effect.

const open =
  'scope: { allowed_branches: ["*"], allowed_commands: [git push, git fetch, npm, node, cat, head, echo, curl] }\n';
const gapped = `${open}residency: { air_gapped: true }\n`;
const far = 'https://git.example/x.git';
const push: Action = { kind: 'git_push', remote: 'origin', branch: 'feature' };
const command = (text: string): Action => ({ kind: 'command', command: text });

let repository: SampleRepository;
afterEach(() => repository.remove());

interface Setting {
  readonly isConfined?: boolean;
  readonly actor?: Actor;
}

async function judgeIn(config: string, { isConfined = false, actor = implementer }: Setting = {}) {
  repository.write('.loki/config.yaml', config);
  const loaded = await loadConfig({ workspace: repository.root, env: {}, lokiHome: repository.lokiHome });
  const policy = { ...loaded.policy, isConfined };
  const judge = createJudge({
    root: repository.root,
    policy,
    scan: { find: async () => ({ rules: [], hasMarker: false }) },
    addedText: async () => '',
    remoteRoutes: async (remote, asked) => await remoteRoutes(git(repository.root), remote, asked),
  });
  return { policy, judge, decide: async (action: Action) => await judge(actor, action) };
}

/** A repository with settings; answers with a bare one on the same disk. */
function withRemote(...settings: readonly (readonly [string, string])[]): string {
  repository = sampleRepository();
  const bare = path.join(repository.home, 'served', 'x.git');
  mkdirSync(path.dirname(bare));
  repository.git('init', '--quiet', '--bare', bare);
  for (const [key, value] of settings) repository.git('config', '--add', key, value);
  return bare;
}

describe('a push from an air-gapped machine', () => {
  test('is left to the other rules where the remote is a folder or a server of this machine', async () => {
    const bare = withRemote();
    const { url } = await startGitServer(path.dirname(bare));
    const { decide } = await judgeIn(gapped);
    for (const address of [bare, `file://${bare}`, `${url}/x.git`, 'http://localhost:1/x', 'ssh://git@localhost/x']) {
      repository.git('config', 'remote.origin.url', address);
      expect(await decide(push)).toMatchObject({ kind: 'ALLOW' });
      expect(await decide({ ...push, remote: address })).toMatchObject({ kind: 'REQUIRE_APPROVAL' });
    }
  });

  test.each<[string, readonly (readonly [string, string])[]]>([
    ['its address', [['remote.origin.url', far]]],
    ['its address for ssh', [['remote.origin.url', 'git@git.example:x.git']]],
    ['a pushurl', [['remote.origin.url', '/srv/x.git'], ['remote.origin.pushurl', far]]], // prettier-ignore
    ['insteadOf', [['remote.origin.url', '/srv/x.git'], ['url.https://git.example/.insteadOf', '/srv/']]], // prettier-ignore
    ['pushInsteadOf', [['remote.origin.url', '/srv/x.git'], ['url.https://git.example/.pushInsteadOf', '/srv/']]], // prettier-ignore
    ['a proxy', [['remote.origin.url', 'http://localhost/x.git'], ['http.proxy', 'http://proxy.example']]], // prettier-ignore
    ['a helper', [['remote.origin.url', 'ext::nc git.example 1']]],
    ['a backslash', [['remote.origin.url', 'http://localhost\\@git.example/x']]],
  ])('is refused where %s leads to another one', async (_, settings) => {
    withRemote(...settings);
    const { decide } = await judgeIn(gapped);
    for (const action of [push, command('git push origin feature'), command('bash -c "git push origin feature"')]) {
      const decision = await decide(action);
      expect(decision).toMatchObject({ kind: 'DENY', reason: expect.stringContaining('air_gapped') });
      expect(decision.answers[0]?.remedy).toContain('this machine');
    }
    expect(await (await judgeIn(open)).decide(push)).toMatchObject({ kind: 'ALLOW' });
  });

  test('is refused where an included file leads it away', async () => {
    const bare = withRemote();
    repository.git('remote', 'add', 'origin', bare);
    writeFileSync(path.join(repository.home, 'more'), `[remote "origin"]\n\tpushurl = ${far}\n`);
    repository.git('config', 'include.path', path.join(repository.home, 'more'));
    expect(await (await judgeIn(gapped)).decide(push)).toMatchObject({
      kind: 'DENY',
      reason: expect.stringContaining(`the remote origin leads to ${far}`),
    });
  });

  test('is refused where nobody knows, and an address is not shown with its password', async () => {
    withRemote();
    const { decide, policy } = await judgeIn(gapped);
    expect(await decide(push)).toMatchObject({ kind: 'DENY', reason: expect.stringContaining('nobody knows where') });
    const secret: Action = { ...push, remote: 'https://ann:hidden-word@git.example/x' };
    expect(JSON.stringify((await decide(secret)).answers)).not.toContain('hidden-word');
    const scan = { find: async () => ({ rules: [], hasMarker: false }) };
    const blind = createJudge({ root: repository.root, policy, scan, addedText: async () => '' });
    expect(await blind(implementer, push)).toMatchObject({ kind: 'DENY' });
  });
});

describe('a command that no sandbox holds, on an air-gapped machine', () => {
  test.each([
    ['cat a.txt', 'ALLOW'],
    ['cat a.txt | head -3 && echo done', 'ALLOW'],
    ['cat </dev/tcp/git.example/80', 'DENY'],
    ['echo a >/dev/udp/git.example/53', 'DENY'],
    ['exec 3<>/dev/tcp/git.example/80; echo a >&3', 'DENY'],
    ['hostname -f', 'REQUIRE_APPROVAL'],
    ['node build.js', 'REQUIRE_APPROVAL'],
    ['npm test', 'REQUIRE_APPROVAL'],
    ['npm ci --offline', 'REQUIRE_APPROVAL'],
    ['git push origin feature', 'REQUIRE_APPROVAL'],
    ['curl http://127.0.0.1:1/', 'REQUIRE_APPROVAL'],
    ['npm ci', 'DENY'],
    ['npm --prefix . install left-pad', 'DENY'],
    ['env A=b npm i left-pad', 'DENY'],
    ['/usr/bin/ssh git.example', 'DENY'],
    ['ssh git.example --offline', 'DENY'],
    ['curl https://git.example/', 'DENY'],
    ['git push', 'DENY'],
    ['git fetch --all', 'DENY'],
    ['git fetch --mul origin', 'DENY'],
    ['git push --recurse-submodules=on-demand origin feature', 'DENY'],
    ['git push upstream feature', 'DENY'],
    ['git push $WHERE feature', 'DENY'],
    ['cd sub && git push origin feature', 'DENY'],
    ['git -C sub push origin feature', 'DENY'],
    ['GIT_CONFIG_COUNT=1 git push origin feature', 'DENY'],
    ['git remote set-url origin https://git.example/x; git push origin feature', 'DENY'],
    ['git clone https://git.example/x', 'DENY'],
    ['git pull https://git.example/x main', 'DENY'],
    ['git ls-remote git@git.example:x', 'DENY'],
    ['git submodule update --init', 'DENY'],
    ['git remote update', 'DENY'],
    ['find . -name x -exec scp {} git.example: ;', 'DENY'],
  ])('%s is answered with %s', async (text, expected) => {
    const bare = withRemote();
    repository.git('remote', 'add', 'origin', bare);
    const { decide } = await judgeIn(gapped);
    expect((await decide(command(text))).kind).toBe(expected);
    expect((await decide({ kind: 'command', command: text, cwd: '.' })).kind).toBe(expected);
  });

  test('whatever lists allow, nothing that is known to reach other machines runs', async () => {
    withRemote();
    const outbound = constantFrom(...outboundCommands.map(({ text }) => text));
    const wrapped = constantFrom('%', 'env X=1 %', 'bash -c "%"', 'true && %', 'time %', 'nohup %', '(%)');
    const { decide } = await judgeIn('residency: { air_gapped: true }\n');
    const listed = outboundCommands.map(({ text }) => JSON.stringify(text)).join(', ');
    const allowed = await judgeIn(
      `scope: { allowed_commands: [${listed}, bash, env, time, nohup] }\nresidency: { air_gapped: true }\n`,
    );
    await assert(
      asyncProperty(outbound, wrapped, async (text, around) => {
        const action = command(around.replace('%', `${text} something`));
        expect((await decide(action)).kind).toBe('DENY');
        expect((await allowed.decide(action)).kind).toBe('DENY');
      }),
      { numRuns: 50 },
    );
  });

  test('set-up and gates of Loki itself are held to the same', async () => {
    withRemote();
    const { decide } = await judgeIn(gapped, { actor: { kind: 'loki' } });
    expect(await decide(command('npm ci'))).toMatchObject({ kind: 'DENY' });
    expect(await decide(command('npm test'))).toMatchObject({ kind: 'REQUIRE_APPROVAL' });
    const elsewhere = await judgeIn(open, { actor: { kind: 'loki' } });
    expect(await elsewhere.decide(command('npm test'))).toMatchObject({ kind: 'ALLOW' });
  });

  test('in the sandbox, which reaches nothing, they are left to the other rules', async () => {
    withRemote();
    const { decide } = await judgeIn('residency: { air_gapped: true }\n', { isConfined: true });
    expect(await decide(command('npm ci'))).toMatchObject({ kind: 'ALLOW' });
    expect(await decide(command('node build.js'))).toMatchObject({ kind: 'ALLOW' });
  });
});

test.each([
  [{ command: 'npm ci' }, 'DENY'],
  [{ command: 'git push origin feature' }, 'DENY'],
  [{ url: far }, 'DENY'],
  [{ url: 'http://127.0.0.1:9/x' }, 'ALLOW'],
])('an MCP server is not asked to reach what the machine may not: %j', async (args, expected) => {
  withRemote(['remote.origin.url', far]);
  const scope = 'scope: { allowed_services: ["any:*"], allowed_hosts: ["127.0.0.1:9"] }\n';
  const { decide } = await judgeIn(`${scope}residency: { air_gapped: true }\n`, { isConfined: true });
  expect((await decide({ kind: 'mcp_call', server: 'any', tool: 'do', arguments: args })).kind).toBe(expected);
});

describe('what is decided is what happens', () => {
  /** Puts a command through the gateway, with a person who agrees to everything, and no sandbox. */
  async function run(text: string) {
    const { judge, policy } = await judgeIn(gapped);
    const nothing = async (): Promise<void> => undefined;
    const sandbox = bareSandbox({ PATH: process.env['PATH'] }, 'a test');
    const approver = {
      decide: async (): Promise<ApprovalAnswer> => ({ outcome: 'approved', by: 'os:ann', why: null }),
      reply: async () => null,
    };
    const identity = { name: 'Loki', email: 'loki@localhost' };
    const gateway = createGateway({
      judge,
      approver,
      recorder: {
        decision: nothing,
        approval: nothing,
        malformed: nothing,
        intent: nothing,
        outcome: nothing,
        host: nothing,
      },
      evidence: { put: async () => ({ sha256: '', bytes: 0 }) },
      scan: { find: async () => ({ rules: [], hasMarker: false }), redact: async (words) => words },
      perform: createPerform({
        root: repository.root,
        git: { git: git(repository.root), prefix: '', baseCommit: 'HEAD', identity },
        policy,
        sandbox,
        dependencies: [],
        quarantine: path.join(repository.lokiHome, 'quarantine'),
        approver,
      }),
      clock: systemClock,
      tell: () => undefined,
    });
    const situation = { runId: newRunId(), taskId: newTaskId(), actor: implementer, phase: null, cycle: 1, why: '' };
    return await gateway.act(situation, command(text), AbortSignal.timeout(20_000));
  }
  const branchesIn = (bare: string): string =>
    execFileSync('git', ['--git-dir', bare, 'for-each-ref', '--format=%(refname)'], { encoding: 'utf8' });

  test.each(['a folder', 'a server'])('a push to %s of this machine arrives', async (kind) => {
    const bare = withRemote();
    const { url } = await startGitServer(path.dirname(bare));
    repository.git('remote', 'add', 'origin', kind === 'a folder' ? bare : `${url}/x.git`);
    const { performed } = { performed: undefined, ...(await run('git push origin HEAD:refs/heads/feature')) };
    expect(performed).toMatchObject({ command: { exitCode: 0 } });
    expect(branchesIn(bare)).toBe('refs/heads/feature\n');
  });

  test('one that would be led on to another host connects to nothing, even if a person agreed', async () => {
    const elsewhere = await startCountingServer();
    // For the decision any host but this machine is another one; for the test it must be one that can be counted.
    withRemote(['remote.origin.url', '/srv/x.git'], [`url.http://0.0.0.0:${elsewhere.port}/.pushInsteadOf`, '/srv/']);
    expect(await run('git push origin HEAD:refs/heads/feature')).toMatchObject({ kind: 'refused' });
    expect(elsewhere.connections()).toBe(0);
  });
});
