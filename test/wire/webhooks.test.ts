import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';
import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import type { BudgetNotice } from '../../server/src/cost/budgetNotice.ts';
import { callWebhook } from '../../server/src/gateway/callWebhook.ts';
import type { WebhookSender } from '../../server/src/gateway/postWebhook.ts';
import { evaluateUnknown } from '../../server/src/policy/evaluate.ts';
import { budgetWebhook } from '../../server/src/runs/budgetWebhook.ts';
import { policyOf } from '../unit/policy/fixtures.ts';
import { startCountingServer } from './countingServer.ts';
import { isSigned, startWebhookServer, type Posted } from './webhookServer.ts';

// Both webhooks that Loki sends, over real sockets: one that an approval is needed, one that money runs short. What holds
// for one holds for the other, because one place posts them.

const secret = 'a secret of the tests';
const at = new Date('2026-02-21T10:00:00.900Z');

const notice: BudgetNotice = {
  message: '80 % of the money for “Größe” is spent',
  shown: { state: 'alert', window: 'task', group: null, unit: 'usd', limit: 5, spent: 4, simulated: false },
  recorded: {},
};

/** Sends one webhook; answers with what was said of it when it did not arrive. */
type Send = (url: string | null, more?: Partial<WebhookSender>) => Promise<readonly string[]>;

const senderWith = (more: Partial<WebhookSender> = {}): WebhookSender => ({
  residency: { isAirGapped: false },
  secret,
  now: () => at,
  ...more,
});

const sendBudget: Send = async (url, more) => {
  const problems: string[] = [];
  const ids = { taskId: 'task-1', runId: 'run-1' };
  const failed = (problem: string): void => void problems.push(problem);
  const webhook = budgetWebhook({ url, mail: 'ops@example.test', sender: senderWith(more), ids, failed });
  webhook.post(notice);
  await webhook.idle();
  return problems;
};

const sendApproval: Send = async (url, more) => {
  // The hosts of the policy say neither yes nor no, so what holds it back here is what holds for every webhook.
  const undecided = { ...evaluateUnknown(policyOf({}), {}, ''), kind: 'REQUIRE_APPROVAL' } as const;
  const deps = { judge: async () => undecided, sender: senderWith(more) };
  const message = { event: 'approval_requested', gate: 'Prüfung', run_id: 'run-1' };
  const never = new AbortController().signal;
  const result = await callWebhook(deps, { url: url ?? '', tier: 'user' }, message, never);
  return result.kind === 'sent' ? [] : [result.reason];
};

describe.each([
  ['about money', sendBudget],
  ['about an approval', sendApproval],
])('the webhook %s', (_, send) => {
  it('is signed, so that its receiver can tell who sent exactly this, and when', async () => {
    const { url, posts } = await startWebhookServer();
    expect(await send(url)).toEqual([]);
    const [post] = posts;
    if (post === undefined || posts.length !== 1) throw new Error('one post was expected');
    expect(post.headers['content-type']).toBe('application/json');
    expect(post.headers['x-loki-request-timestamp']).toBe(String(Math.floor(at.getTime() / 1000)));
    expect(await isSigned(post, secret)).toBe(true);
    const later = { ...post.headers, 'x-loki-request-timestamp': '1771668001' };
    expect(await isSigned({ ...post, headers: later }, secret)).toBe(false);
    expect(await isSigned({ ...post, body: post.body.replace('run-1', 'run-2') }, secret)).toBe(false);
    expect(await isSigned(post, 'another secret')).toBe(false);
    expect(JSON.stringify(post)).not.toContain(secret);
  });

  it('carries no signature where no secret is set, so none that a receiver could take for one', async () => {
    const { url, posts } = await startWebhookServer();
    expect(await send(url, { secret: null })).toEqual([]);
    expect(posts.map(({ headers }) => headers['x-loki-signature'])).toEqual([undefined]);
  });

  it('is not led elsewhere, and its signature with it', async () => {
    const elsewhere = await startCountingServer();
    const location = `http://127.0.0.1:${elsewhere.port}/`;
    for (const status of [301, 302, 303, 307, 308]) {
      const { url, posts } = await startWebhookServer(status, { location });
      expect(await send(url)).toEqual([expect.stringContaining(`answered ${status}`)]);
      expect(posts).toHaveLength(1);
    }
    expect(elsewhere.connections()).toBe(0);
  });

  it('never fails a run: what does not arrive is told', async () => {
    const { url } = await startWebhookServer(500);
    expect(await send(url)).toEqual([expect.stringContaining('answered 500')]);
    expect(await send('http://127.0.0.1:1/')).toEqual([expect.stringContaining('could not be reached')]);
  });

  it.each([
    'https://alerts.example.test/',
    'http://127.0.0.1.nip.io/',
    'http://2130706433/',
    'http://user@127.0.0.1/',
    'http://[::ffff:7f00:1]/',
    'http://localhost.example.test/',
    'file:///etc/passwd',
    '',
  ])('leaves nothing of an air-gapped machine: %s', async (url) => {
    const fetched = vi.fn(async () => await Promise.reject(new Error('something left')));
    vi.stubGlobal('fetch', fetched);
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(await send(url, { residency: { isAirGapped: true } })).toEqual([
      expect.not.stringMatching(/could not be reached|answered/),
    ]);
    expect(fetched).not.toHaveBeenCalled();
  });

  it('reaches loopback from an air-gapped machine, and past what Node was told of proxies', async () => {
    const { url, posts } = await startWebhookServer();
    vi.stubGlobal('fetch', async () => await Promise.reject(new Error('led to a proxy')));
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(await send(url, { residency: { isAirGapped: true } })).toEqual([]);
    expect(posts).toHaveLength(1);
  });
});

test('the webhook about money tells what runs short, and of the task no more than its ids', async () => {
  const { url, posts } = await startWebhookServer();
  await sendBudget(url);
  expect(posts.map(({ body }): unknown => JSON.parse(body))).toEqual([
    {
      type: 'loki.budget',
      ...notice.shown,
      message: notice.message,
      task_id: 'task-1',
      run_id: 'run-1',
      mail: 'ops@example.test',
    },
  ]);
  expect(await sendBudget(null)).toEqual([]);
});

test('the check that the documentation offers to receivers takes what is sent, and nothing else', async () => {
  const document = await readFile(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
  const code = /```js\n([^]*?)```/.exec(document)?.[1] ?? '';
  type Check = (headers: Posted['headers'], body: string, secret: string) => boolean;
  const build = runInThisContext(`(require) => { ${code}; return isFromLoki; }`) as (require: NodeJS.Require) => Check;
  const isFromLoki = build(createRequire(import.meta.url));
  const { url, posts } = await startWebhookServer();
  const minutesAgo = (minutes: number) => () => new Date(Date.now() - minutes * 60_000);
  for (const now of [minutesAgo(0), minutesAgo(6), minutesAgo(-6)]) await sendBudget(url, { now });
  await sendBudget(url, { now: minutesAgo(0), secret: null });
  expect(posts.map(({ headers, body }) => isFromLoki(headers, body, secret))).toEqual([true, false, false, false]);
  expect(posts.map(({ headers, body }) => isFromLoki(headers, `${body} `, secret))).not.toContain(true);
  expect(posts.map(({ headers, body }) => isFromLoki(headers, body, 'another'))).not.toContain(true);
});
