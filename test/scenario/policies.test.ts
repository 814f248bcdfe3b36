import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ApprovalAnswer, ApprovalRequest } from '#protocol/approval';
import type { RunEvent } from '#protocol/run';
import { Failure } from '../../server/src/base/failure.ts';
import { acceptFinished } from '../../server/src/runs/closeRun.ts';
import { startRun } from '../../server/src/runs/startRun.ts';
import { scratchRepository } from '../contract/cliRun.ts';
import { temporaryFolder } from '../unit/storage/temporaryFolder.ts';
import { isSigned, startWebhookServer } from '../wire/webhookServer.ts';
import { testWorld } from './play.ts';

// Every section of a policies file, called in a real run with a person who answers.

interface Setting {
  readonly policies: string;
  /** Says where the policies stand: the project's own by default. */
  readonly user?: string;
  readonly userConfig?: string;
  readonly answer?: (request: ApprovalRequest) => ApprovalAnswer;
  readonly env?: Readonly<Record<string, string>>;
}

async function runWith({ policies, user, userConfig, answer, env = {} }: Setting) {
  const world = testWorld(temporaryFolder(), env);
  const scratch = scratchRepository({
    '.loki/policies.yaml': policies,
    '.loki/config.yaml': "gates: { test_command: 'true' }\n",
  });
  onTestFinished(scratch.remove);
  const workspace = scratch.folder;
  if (user !== undefined) await writeFile(path.join(world.lokiHome, 'policies.yaml'), user);
  if (userConfig !== undefined) await writeFile(path.join(world.lokiHome, 'config.yaml'), userConfig);
  const events: RunEvent[] = [];
  const asked: ApprovalRequest[] = [];
  const result = await startRun(
    world,
    {
      workspace,
      task: 'Play the story',
      provider: 'demo',
      scenario: path.join(import.meta.dirname, 'scenarios/policies.yaml'),
      includeChanges: false,
      isTrusted: true,
    },
    {
      approver: {
        decide: async (request) => {
          asked.push(request);
          return answer?.(request) ?? { outcome: 'expired', why: 'nobody' };
        },
        reply: async () => null,
      },
      tell: (event) => events.push(event),
    },
    new AbortController().signal,
  );
  const log = await readFile(path.join(workspace, '.loki/audit/audit.jsonl'), 'utf8');
  const entries = log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { what: string; metadata: Record<string, unknown> });
  const notices = events.flatMap((event) => (event.type === 'notice' ? [event.message] : []));
  return { world, workspace, result, events, asked, entries, notices };
}

const webhookSecret = 'a secret of the tests';

const approved: ApprovalAnswer = { outcome: 'approved', by: 'os:ann', why: null };

describe('a policies file in a run', () => {
  test('rules and pre_execution refuse, warnings and monitor mode are shown and recorded', async () => {
    const { result, events, entries } = await runWith({
      policies: [
        'pre_execution: { rule: agent must not be implementer, action: warn }',
        'rules: [{ name: no-docs, path: docs, kind: file_write, decision: deny, match: [echo x > docs/a] }]',
      ].join('\n'),
      user: 'mode: monitor\nrules: [{ name: watched, agent: implementer, decision: deny, match: [{ kind: git_status, agent: implementer }] }]',
    });
    const actions = events.flatMap((event) => (event.type === 'action' ? [event] : []));
    const write = actions.find(({ title, state }) => title === 'write docs/release.md' && state === 'refused');
    expect(write?.rules.map(({ rule }) => rule)).toContain('rules/no-docs');
    expect(result.filesChanged).toEqual([]);
    const finish = actions.find(({ agent, state }) => agent === 'implementer' && state === 'done');
    expect(finish?.rules).toMatchObject([
      { rule: 'pre_execution', decision: 'ALLOW', warning: true },
      { rule: 'rules/watched', decision: 'ALLOW', wouldDecide: 'DENY', source: { tier: 'user', line: 2 } },
      { decision: 'ALLOW' },
    ]);
    const intent = entries.find(
      ({ what, metadata }) =>
        what === 'finish' && metadata['agent'] === 'implementer' && metadata['stage'] === 'intent',
    );
    expect(intent?.metadata['rules']).toMatchObject([
      { rule: 'pre_execution', warning: true, reason: expect.stringContaining('agent must not be implementer') },
      { rule: 'rules/watched', would_decide: 'DENY', file: expect.stringContaining('policies.yaml'), line: 2 },
      {},
    ]);
    const configuration = entries.find(({ what }) => what === 'configuration');
    expect(configuration?.metadata).toMatchObject({
      policies_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      files: expect.arrayContaining([
        { tier: 'project', path: expect.stringContaining('policies.yaml'), sha256: expect.any(String) },
      ]),
    });
  });

  test('a phase begins only once a person has agreed, and a webhook is told', async () => {
    const { url, posts } = await startWebhookServer();
    const { result, asked, entries } = await runWith({
      policies: 'approval_gates: { phase: act, timeout_minutes: 30 }',
      user: `approval_gates: { name: people, phase: act, timeout_minutes: 25, webhook: "${url}" }`,
      env: { LOKI_WEBHOOK_SECRET: webhookSecret },
    });
    expect(result).toMatchObject({ status: 'paused', reason: expect.stringContaining('The phase act did not begin') });
    expect(asked).toMatchObject([{ action: { kind: 'phase_start', phase: 'act', cycle: 1 }, agent: 'loki' }]);
    const leftMs = Date.parse(asked[0]?.expiresAt ?? '') - Date.now();
    expect(leftMs).toBeGreaterThan(20 * 60_000);
    expect(leftMs).toBeLessThanOrEqual(25 * 60_000);

    const [post = { body: '{}', headers: {} }] = posts;
    expect(JSON.parse(post.body)).toMatchObject({
      event: 'approval_requested',
      gate: 'people',
      phase: 'act',
      run_id: result.runId,
    });
    expect(await isSigned(post, webhookSecret)).toBe(true);
    expect(entries.filter(({ what }) => what === 'webhook').map(({ metadata }) => metadata['result'])).toEqual([
      undefined,
      'sent',
    ]);
    expect(entries.filter(({ what }) => what === 'approval').map(({ metadata }) => metadata['result'])).toEqual([
      'expired',
    ]);
    expect(JSON.stringify(entries)).not.toContain(webhookSecret);
  });

  test('the webhook about money is signed with the same secret', async () => {
    const { url, posts } = await startWebhookServer();
    const { result } = await runWith({
      policies: 'mode: enforce',
      userConfig: `cost: { max_per_task: 5, alert_threshold: 0.0000001, alerts: { webhook: "${url}" } }`,
      env: { LOKI_WEBHOOK_SECRET: webhookSecret },
    });
    expect(posts.map(({ body }) => (JSON.parse(body) as { run_id: unknown }).run_id)).toContain(result.runId);
    expect(await Promise.all(posts.map(async (post) => await isSigned(post, webhookSecret)))).not.toContain(false);
  });

  test("a webhook of the project's own is only told where its host is allowed, and holds nothing up", async () => {
    const { result, notices } = await runWith({
      policies: 'approval_gates: { phase: act, webhook: "http://127.0.0.1:9/hook" }',
      answer: () => approved,
    });
    expect(result.status).toBe('finished');
    expect(notices).toContain('127.0.0.1:9 was not told that an approval is needed: no allowed_hosts are set');
  });

  test('tokens that are used up pause the run before anything more is sent', async () => {
    const { result, entries } = await runWith({ policies: 'resource: { max_tokens: 2000 }' });
    expect(result).toMatchObject({
      status: 'paused',
      reason: expect.stringContaining('budget of 2000 tokens for this task'),
    });
    expect(result.tokens.input + result.tokens.output).toBeLessThanOrEqual(2000);
    expect(entries.some(({ what, metadata }) => what === 'model_call' && metadata['decision'] === 'DENY')).toBe(true);
  });

  test('a person may grant as many tokens again, and alerts are told once', async () => {
    const { asked, notices, result } = await runWith({
      policies: 'resource: { max_tokens: 12000, on_exceed: require_approval, alerts: [0.01, 0.02] }',
      answer: () => approved,
    });
    expect(result.status).toBe('finished');
    expect(asked.map(({ action }) => action.kind)).toContain('model_call');
    expect(asked.length).toBeLessThan(15);
    expect(notices.filter((notice) => notice.startsWith('2 % of the 12000 tokens'))).toHaveLength(1);
  });

  test('content that a pattern finds is neither written nor sent, and a yes for the run is asked once', async () => {
    const refused = await runWith({ policies: "data: { patterns: ['Release \\d is ready'] }" });
    expect(refused.result.filesChanged).toEqual([]);
    expect(refused.result).toMatchObject({ status: 'failed', reason: expect.stringContaining('a pattern finds') });
    const agreed = await runWith({
      policies: "data: { patterns: ['Release \\d is ready'], action: require_approval }",
      answer: () => approved,
    });
    expect(agreed.result.filesChanged).toEqual(['docs/release.md']);
    expect(agreed.asked.filter(({ action }) => action.kind === 'model_call')).toHaveLength(1);
  });

  test('work whose gates have not passed is not accepted, blocked or not', async () => {
    const { world, workspace, result } = await runWith({ policies: 'pre_deployment: { gates: [coverage] }' });
    expect(result.gates.map(({ id, isRequired }) => [id, isRequired])).toEqual([
      ['tests', true],
      ['secrets', true],
      ['coverage', true],
    ]);
    const accept = acceptFinished(
      world,
      { workspace, runId: result.runId ?? '', evenIfBlocked: true },
      new AbortController().signal,
    );
    await expect(accept).rejects.toThrow(Failure);
    await expect(accept).rejects.toThrow(/the gate coverage has not passed.*policies\.yaml:1/);
    await writeFile(
      path.join(workspace, '.loki/policies.yaml'),
      'mode: monitor\npre_deployment: { gates: [coverage] }',
    );
    const taken = await acceptFinished(
      world,
      { workspace, runId: result.runId ?? '', evenIfBlocked: true },
      new AbortController().signal,
    );
    expect(taken.kind).toBe('accepted');
  });
});
