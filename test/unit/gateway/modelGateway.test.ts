import { describe, expect, test } from 'vitest';
import type { ApprovalAnswer } from '#protocol/approval';
import type { DecisionKind } from '#protocol/policy';
import type { AuditRecord } from '../../../server/src/audit/log.ts';
import { digestOf } from '../../../server/src/base/digest.ts';
import { Failure } from '../../../server/src/base/failure.ts';
import { newRunId, newTaskId } from '../../../server/src/base/id.ts';
import type { CostLimits } from '../../../server/src/cost/limits.ts';
import { createModelGateway, type ModelResult } from '../../../server/src/gateway/modelGateway.ts';
import { createRecorder } from '../../../server/src/gateway/recorder.ts';
import type { Situation } from '../../../server/src/gateway/situation.ts';
import { noPolicies } from '../../../server/src/policy/policies/policies.ts';
import type { ModelAnswer } from '../../../server/src/models/conversation.ts';
import type { Endpoint } from '../../../server/src/models/model.ts';
import { aClock, aLedger, used } from '../cost/aLedger.ts';
import { limitsOf, noLimits, unitRates } from '../cost/aRequest.ts';
import { requestWith } from '../models/modelPermit.ts';

const situation: Situation = {
  runId: newRunId(),
  taskId: newTaskId(),
  actor: { kind: 'agent', name: 'implementer', swarm: 'engineering' },
  phase: 'act',
  cycle: 1,
  why: 'Add a constant',
};

const endpoint: Endpoint = {
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  api: 'anthropic',
  baseUrl: 'https://api.anthropic.com/v1',
  proxy: null,
  region: null,
  isSimulated: false,
  pricedAs: { provider: 'anthropic', model: 'claude-sonnet-4-5' },
};

const answered: ModelAnswer = { kind: 'answered', text: 'done', calls: [], usage: used(100, 20), finish: 'stop' };

const failed = (isUnbilled: boolean): ModelAnswer => ({
  kind: 'failed',
  code: 'provider_refused',
  message: 'no',
  isRetryable: false,
  retryAfterMs: null,
  isUnbilled,
});

interface Setting {
  /** What the model does with each attempt; the last one is repeated. */
  readonly attempts?: readonly (() => ModelAnswer)[];
  readonly decision?: DecisionKind;
  readonly approval?: ApprovalAnswer;
  readonly secrets?: readonly string[];
  readonly limits?: CostLimits;
  /** The stage whose entry the log cannot write. */
  readonly failsAt?: string;
  /** The run is cancelled once an entry of this stage was written. */
  readonly cancelsAt?: string;
}

/** One request through a gateway with a real ledger, a log in memory and a model that does as it is told. */
async function ask(setting: Setting) {
  const { attempts = [() => answered], decision = 'ALLOW', approval, secrets = [], limits = noLimits } = setting;
  const recorded: string[] = [];
  const closings: string[] = [];
  const controller = new AbortController();
  let sent = 0;
  let isDurable = false;
  const { ledger } = aLedger();
  const log = {
    append: async (record: AuditRecord) => {
      const said = (name: string): string => (typeof record.metadata[name] === 'string' ? record.metadata[name] : '');
      const stage = said('stage');
      if (stage === setting.failsAt) throw new Failure('audit_unwritable', 'the disk is full');
      recorded.push(`${stage} ${said('result') || said('decision')}`);
      if (stage === setting.cancelsAt) controller.abort();
      return { ...record, seq: 0, timestamp: '', previousHash: '', hash: '', metadata: { ...record.metadata } };
    },
    close: async () => undefined,
  };
  const evidence = { put: async (text: string) => ({ sha256: digestOf(text), bytes: text.length }) };
  const gateway = createModelGateway({
    judge: async (_actor, judged) => ({
      kind: decision,
      reason: 'because',
      answers: [],
      actionDigest: digestOf(judged),
      policyHash: 'p',
    }),
    approver: { decide: async () => approval ?? { outcome: 'expired', why: 'nobody' }, reply: async () => null },
    recorder: createRecorder(log, evidence, async (text) => text),
    evidence,
    scan: { find: async () => ({ rules: secrets, hasMarker: false }), redact: async (text) => text },
    ledger: {
      ...ledger,
      makeDurable: async () => {
        if (setting.failsAt === 'durable') throw new Failure('ledger_unusable', 'the disk is full');
        await ledger.makeDurable();
        isDurable = true;
      },
      settle: (id, usage) => {
        closings.push(`settle ${id}`);
        return ledger.settle(id, usage);
      },
      release: (id) => {
        closings.push(`release ${id}`);
        ledger.release(id);
      },
    },
    limits,
    policies: noPolicies,
    project: '/nowhere/project',
    person: 'os:dev',
    organisation: '',
    notify: () => undefined,
    clock: aClock(),
    tell: () => undefined,
    wait: async () => undefined,
  });
  const model = {
    endpoint,
    send: async (_permit: unknown, _request: unknown, _onText: unknown, signal: AbortSignal): Promise<ModelAnswer> => {
      // As models/sdk does: nothing is sent for a run that is cancelled already.
      if (signal.aborted) return { kind: 'unsent' };
      sent += 1;
      expect(isDurable).toBe(true);
      return (attempts[sent - 1] ?? attempts.at(-1) ?? (() => answered))();
    },
  };
  const outcome = await gateway
    .request(situation, { model, rates: unitRates }, requestWith(), controller.signal)
    .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  const { spent, reserved } = ledger.spentOnTask(situation.taskId, false);
  return { outcome, recorded, closings, sent, spent, reserved };
}

type Asked = Awaited<ReturnType<typeof ask>>;

/** What was spent: nothing, what the provider counted, or the whole reservation. */
function spending({ spent }: Asked): 'nothing' | 'counted' | 'reserved' {
  return spent === 0 ? 'nothing' : spent === 120 ? 'counted' : 'reserved';
}

function kindOf(outcome: ModelResult | Error): string {
  return outcome instanceof Error ? outcome.message : outcome.kind;
}

const exits: readonly (readonly [
  string,
  Setting,
  { kind: string; sent: number; spent: ReturnType<typeof spending> },
])[] = [
  ['an answer with usage', {}, { kind: 'answered', sent: 1, spent: 'counted' }],
  [
    'an answer without usage',
    { attempts: [() => ({ ...answered, usage: null })] },
    { kind: 'answered', sent: 1, spent: 'reserved' },
  ],
  ['a failure that is not billed', { attempts: [() => failed(true)] }, { kind: 'failed', sent: 1, spent: 'nothing' }],
  ['a failure that may be billed', { attempts: [() => failed(false)] }, { kind: 'failed', sent: 1, spent: 'reserved' }],
  [
    'an answer that breaks off, then one that does not',
    { attempts: [() => ({ kind: 'cut', usage: null, because: 'stream' }), () => answered] },
    { kind: 'answered', sent: 2, spent: 'reserved' },
  ],
  [
    'a cancel in the middle of an answer',
    { attempts: [() => ({ kind: 'cut', usage: null, because: 'cancelled' })] },
    { kind: 'cancelled', sent: 1, spent: 'reserved' },
  ],
  [
    'a cancel between the intent and the sending',
    { cancelsAt: 'intent' },
    { kind: 'cancelled', sent: 0, spent: 'nothing' },
  ],
  [
    'a model that throws',
    {
      attempts: [
        () => {
          throw new Error('a bug');
        },
      ],
    },
    { kind: 'a bug', sent: 1, spent: 'reserved' },
  ],
  [
    'more than was reserved',
    { attempts: [() => ({ ...answered, usage: used(100_000, 20) })] },
    { kind: 'paused', sent: 1, spent: 'reserved' },
  ],
  [
    'a reservation that a power loss could take back',
    { failsAt: 'durable' },
    { kind: 'the disk is full', sent: 0, spent: 'nothing' },
  ],
  ['an intent that cannot be written', { failsAt: 'intent' }, { kind: 'the disk is full', sent: 0, spent: 'nothing' }],
  [
    'an outcome that cannot be written',
    { failsAt: 'outcome' },
    { kind: 'the disk is full', sent: 1, spent: 'counted' },
  ],
  ['a denied endpoint', { decision: 'DENY' }, { kind: 'refused', sent: 0, spent: 'nothing' }],
  ['a secret in the request', { secrets: ['aws-key'] }, { kind: 'refused', sent: 0, spent: 'nothing' }],
  [
    'a request that a person denies',
    { decision: 'REQUIRE_APPROVAL', approval: { outcome: 'denied', by: 'os:ann', why: null } },
    { kind: 'refused', sent: 0, spent: 'nothing' },
  ],
  [
    'a request that a person approves',
    { decision: 'REQUIRE_APPROVAL', approval: { outcome: 'approved', by: 'os:ann', why: null } },
    { kind: 'answered', sent: 1, spent: 'counted' },
  ],
  ['a limit that affords nothing', { limits: limitsOf({ task: 10 }) }, { kind: 'paused', sent: 0, spent: 'nothing' }],
];

describe('every way out of a model request', () => {
  test.each(exits)('%s: what was reserved is closed exactly once', async (_name, setting, expected) => {
    const asked = await ask(setting);
    expect({ kind: kindOf(asked.outcome), sent: asked.sent, spent: spending(asked) }).toEqual(expected);
    expect(asked.reserved).toBe(0);
    const ids = asked.closings.map((closing) => closing.split(' ')[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('a model that throws leaves an outcome behind', async () => {
    const throws = (): ModelAnswer => {
      throw new Error('a bug');
    };
    const { recorded } = await ask({ attempts: [throws] });
    expect(recorded).toEqual(['intent ALLOW', 'outcome failed']);
  });

  test('nothing is sent before its worst case is reserved and its intent is written', async () => {
    const { recorded } = await ask({});
    expect(recorded).toEqual(['intent ALLOW', 'outcome answered']);
  });
});
