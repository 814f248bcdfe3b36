import { writeSync } from 'node:fs';
import * as z from 'zod';
import type { AuditLog } from '../../../server/src/audit/log.ts';
import { systemClock } from '../../../server/src/base/clock.ts';
import { digestOf } from '../../../server/src/base/digest.ts';
import type { RunId, TaskId } from '../../../server/src/base/id.ts';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import type { Ledger } from '../../../server/src/cost/ledger.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { createModelGateway } from '../../../server/src/gateway/modelGateway.ts';
import { createRecorder } from '../../../server/src/gateway/recorder.ts';
import type { ModelAnswer } from '../../../server/src/models/conversation.ts';
import { noPolicies } from '../../../server/src/policy/policies/policies.ts';
import { openAudit } from '../../../server/src/runs/openAudit.ts';
import { noLimits, unitRates } from '../cost/aRequest.ts';
import { requestWith } from '../models/modelPermit.ts';

// A process that asks a counting server as runs do: through the gateway, with a real ledger and a real audit log. Where it
// is told to, it kills itself in its last request: once that is reserved, intended, sent, settled or ended. Or it stops, and
// says so, while that request is under way (`stopped`).
// Arguments: LOKI_HOME, the workspace, the server, the task, the number of requests, the moment of death.

const [lokiHome = '', workspace = '', url = '', taskId = '', requests = '0', deadly = ''] = process.argv.slice(2);
const config = await loadConfig({ workspace, env: process.env, lokiHome });
const real = openLedger({ lokiHome, clock: systemClock });
const audit = await openAudit({ clock: systemClock, lokiHome, person: 'os:dev' }, workspace, config);
let left = Number(requests);
let reservationId = '';

const reached = (moment: string): void => {
  if (moment === deadly && left === 1) process.kill(process.pid, 'SIGKILL');
};

const ledger: Ledger = {
  ...real,
  reserve: (request) => {
    const reservation = real.reserve(request);
    if (reservation.kind === 'reserved') ({ reservationId } = reservation);
    reached('reserved');
    return reservation;
  },
  settle: (id, usage) => {
    const settlement = real.settle(id, usage);
    reached('settled');
    return settlement;
  },
};
const log: AuditLog = {
  ...audit.log,
  append: async (record) => {
    const entry = await audit.log.append(record);
    if (record.metadata['stage'] === 'intent') reached('intended');
    if (record.metadata['stage'] === 'outcome') reached('ended');
    return entry;
  },
};
const evidence = { put: async (text: string) => ({ sha256: digestOf(text), bytes: text.length }) };
const gateway = createModelGateway({
  judge: async (_actor, judged) => ({
    kind: 'ALLOW',
    reason: 'because',
    answers: [],
    actionDigest: digestOf(judged),
    policyHash: 'p',
  }),
  approver: { decide: async () => ({ outcome: 'expired', why: 'nobody' }), reply: async () => null },
  recorder: createRecorder(log, evidence, async (text) => text),
  evidence,
  scan: { find: async () => ({ rules: [], hasMarker: false }), redact: async (text) => text },
  ledger,
  limits: noLimits,
  policies: noPolicies,
  project: workspace,
  person: 'os:dev',
  organisation: '',
  notify: () => undefined,
  clock: systemClock,
  tell: () => undefined,
  wait: async () => undefined,
});
const answered = z.object({
  usage: z.object({ input: z.int(), cacheRead: z.int(), cacheWrite: z.int(), output: z.int() }).optional(),
});

for (; left > 0; left -= 1) {
  const actor = { kind: 'agent', name: 'implementer', swarm: 'engineering' } as const;
  const situation = {
    runId: 'run-1' as RunId,
    taskId: taskId as TaskId,
    actor,
    phase: 'act',
    cycle: 1,
    why: 'x',
  } as const;
  const endpoint = {
    provider: 'counting',
    model: 'one',
    api: null,
    baseUrl: url,
    proxy: null,
    region: null,
    isSimulated: false,
    pricedAs: { provider: 'counting', model: 'one' },
  } as const;
  const model = {
    endpoint,
    send: async (permit: { action: { maxOutputTokens?: number | undefined } }) =>
      await send(permit.action.maxOutputTokens ?? 0),
  };
  const signal = new AbortController().signal;
  await gateway.request(situation, { model, rates: unitRates }, requestWith(), signal);
}
await audit.log.close();
real.close();

async function send(maxOutputTokens: number): Promise<ModelAnswer> {
  const body = JSON.stringify({
    reservationId,
    taskId,
    agent: 'implementer',
    inputBound: 100,
    maxOutputTokens,
    rates: unitRates,
  });
  const broken = { kind: 'cut', usage: null, because: 'stream' } as const;
  try {
    const response = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(500) });
    const refused = { code: 'provider_refused', message: 'no', isRetryable: true, retryAfterMs: 0 } as const;
    if (response.status === 429) return { kind: 'failed', ...refused, isUnbilled: true };
    const { usage = null } = answered.parse(await response.json());
    if (deadly === 'stopped' && left === 1) {
      writeSync(1, 'stopped');
      process.kill(process.pid, 'SIGSTOP');
    }
    reached('sent');
    return { kind: 'answered', text: 'done', calls: [], usage, finish: 'stop' };
  } catch {
    return broken;
  }
}
