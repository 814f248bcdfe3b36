import { expect, test } from 'vitest';
import type { RunEvent } from '#protocol/run';
import { digestOf } from '../../../server/src/base/digest.ts';
import { newRunId, newTaskId } from '../../../server/src/base/id.ts';
import { createModelGateway } from '../../../server/src/gateway/modelGateway.ts';
import { createRecorder } from '../../../server/src/gateway/recorder.ts';
import type { ModelAnswer } from '../../../server/src/models/conversation.ts';
import type { Endpoint } from '../../../server/src/models/model.ts';
import { judgeResource } from '../../../server/src/policy/policies/resourcePolicy.ts';
import { noPolicies, type ResourcePolicy } from '../../../server/src/policy/policies/policies.ts';
import { aClock, aLedger, used } from '../cost/aLedger.ts';
import { noLimits, unitRates } from '../cost/aRequest.ts';
import { requestWith } from '../models/modelPermit.ts';

// The token limit of a `resource` policy holds as a limit of money does: for what nobody counted, and side by side.

const endpoint: Endpoint = {
  provider: 'ollama',
  model: 'm',
  api: 'chat',
  baseUrl: 'http://127.0.0.1:11434/v1',
  proxy: null,
  region: null,
  isSimulated: false,
  pricedAs: { provider: 'ollama', model: 'm' },
};

/** A gateway of one task under a token limit, with a server that answers as `send` says. */
function aTask(maxTokens: number, send: () => Promise<ModelAnswer>) {
  const policy: ResourcePolicy = {
    source: { tier: 'project', file: null, line: null },
    name: 'tokens',
    isMonitored: false,
    maxTokens,
    providers: null,
    alerts: [0.5],
    onExceed: 'shutdown',
  };
  const { ledger } = aLedger();
  const told: string[] = [];
  const worst: number[] = [];
  const log = {
    append: async (record: Parameters<Parameters<typeof createRecorder>[0]['append']>[0]) =>
      await Promise.resolve({ ...record, seq: 0, timestamp: '', previousHash: '', hash: '', metadata: {} }),
    close: async () => await Promise.resolve(),
  };
  const evidence = { put: async (text: string) => await Promise.resolve({ sha256: digestOf(text), bytes: 0 }) };
  const gateway = createModelGateway({
    judge: async (_actor, judged, moment) => {
      const answers = judgeResource([policy], { provider: endpoint.provider, isDemo: false }, moment?.tokens ?? null);
      const kind = answers.length > 0 ? 'DENY' : 'ALLOW';
      return await Promise.resolve({ kind, reason: 'r', answers, actionDigest: digestOf(judged), policyHash: 'p' });
    },
    approver: { decide: async () => ({ outcome: 'expired', why: 'nobody' }), reply: async () => null },
    recorder: createRecorder(log, evidence, async (text) => await Promise.resolve(text)),
    evidence,
    scan: { find: async () => ({ rules: [], hasMarker: false }), redact: async (text) => text },
    ledger,
    limits: noLimits,
    policies: { ...noPolicies, resource: [policy] },
    project: '/nowhere',
    person: 'os:dev',
    organisation: '',
    notify: () => undefined,
    clock: aClock(),
    tell: (event: RunEvent) => {
      if (event.type === 'notice') told.push(event.message);
    },
    wait: async () => undefined,
  });
  const model = {
    endpoint,
    send: async (permit: { readonly action: { readonly maxOutputTokens?: number } }) => {
      worst.push(permit.action.maxOutputTokens ?? Number.NaN);
      return await send();
    },
  };
  const actor = { kind: 'agent' as const, name: 'implementer', swarm: 'engineering' };
  const situation = { runId: newRunId(), taskId: newTaskId(), actor, phase: 'act' as const, cycle: 1, why: 'Test' };
  const ask = async () =>
    await gateway.request(situation, { model, rates: unitRates }, requestWith(), new AbortController().signal);
  return { ask, told, worst };
}

const answered = (usage: ReturnType<typeof used> | null): ModelAnswer => ({
  kind: 'answered',
  text: 'done',
  calls: [],
  usage,
  finish: 'stop',
});

test('a server that counts nothing uses the limit up with the most that its answers can have had', async () => {
  const task = aTask(20_000, async () => await Promise.resolve(answered(null)));
  const kinds: string[] = [];
  for (let count = 0; count < 4; count += 1) kinds.push((await task.ask()).kind);
  expect(kinds).toEqual(['answered', 'paused', 'paused', 'paused']);
  expect(task.worst).toHaveLength(1);
});

test('agents side by side share what is left', async () => {
  const everybodyIsThere = Promise.withResolvers<void>();
  let sent = 0;
  const task = aTask(20_000, async () => {
    sent += 1;
    if (sent === 3) everybodyIsThere.resolve();
    await everybodyIsThere.promise;
    return answered(used(10, 10));
  });
  const asking = [task.ask(), task.ask(), task.ask()];
  await Promise.race(asking);
  everybodyIsThere.resolve();
  const kinds = (await Promise.all(asking)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'answered')).toHaveLength(1);
  expect(task.worst.reduce((sum, tokens) => sum + tokens, 0)).toBeLessThan(20_000);
});

test('its alert is told once, also to agents side by side, and for what was used only', async () => {
  const bothSent = Promise.withResolvers<void>();
  let sent = 0;
  const task = aTask(100_000, async () => {
    sent += 1;
    if (sent === 2) bothSent.resolve();
    await bothSent.promise;
    return answered(used(40_000, 0));
  });
  const early = aTask(100_000, async () => await Promise.resolve(answered(used(10, 10))));
  await Promise.all([early.ask(), early.ask(), early.ask()]);
  expect(early.told).toEqual([]);
  await Promise.all([task.ask(), task.ask()]);
  expect(task.told.filter((message) => message.includes('50 %'))).toHaveLength(1);
});
