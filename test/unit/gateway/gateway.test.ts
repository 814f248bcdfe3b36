import { describe, expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import type { ApprovalAnswer } from '#protocol/approval';
import type { DecisionKind } from '#protocol/policy';
import type { RunEvent } from '#protocol/run';
import type { AuditRecord } from '../../../server/src/audit/log.ts';
import { systemClock } from '../../../server/src/base/clock.ts';
import { digestOf } from '../../../server/src/base/digest.ts';
import { Failure } from '../../../server/src/base/failure.ts';
import { newRunId, newTaskId } from '../../../server/src/base/id.ts';
import { createGateway, type Gateway } from '../../../server/src/gateway/gateway.ts';
import { createRecorder } from '../../../server/src/gateway/recorder.ts';
import type { Performed } from '../../../server/src/tools/perform.ts';
import type { Situation } from '../../../server/src/gateway/situation.ts';
import { createSpender } from '../../../server/src/gateway/spender.ts';
import { isPermit, type Permit } from '../../../server/src/policy/permit.ts';

const action: Action = { kind: 'file_write', path: 'src/a.ts', content: 'export const a = 1;' };

const situation: Situation = {
  runId: newRunId(),
  taskId: newTaskId(),
  actor: { kind: 'agent', name: 'implementer', swarm: 'engineering' },
  phase: 'act',
  cycle: 1,
  why: 'Add a constant',
};

interface Setting {
  readonly decision?: DecisionKind;
  readonly answer?: ApprovalAnswer;
  readonly perform?: (permit: Permit) => Promise<Performed>;
  /** The stage whose entry the log cannot write. */
  readonly failsAt?: string;
}

/** A gateway over a log in memory; `happened` is the order in which things were recorded and done. */
function gatewayFor({ decision = 'ALLOW', answer, perform, failsAt }: Setting) {
  const happened: string[] = [];
  const told: RunEvent[] = [];
  const log = {
    append: async (record: AuditRecord) => {
      const stage = String(record.metadata['stage']);
      if (stage === failsAt) throw new Failure('audit_unwritable', 'the disk is full');
      happened.push(`${stage} ${String(record.metadata['result'] ?? record.metadata['decision'])}`);
      return { ...record, seq: 0, timestamp: '', previousHash: '', hash: '', metadata: { ...record.metadata } };
    },
    close: async () => undefined,
  };
  const evidence = { put: async (text: string) => ({ sha256: digestOf(text), bytes: text.length }) };
  const gateway = createGateway({
    judge: async (_actor, judged) => ({
      kind: decision,
      reason: 'because',
      answers: [],
      actionDigest: digestOf(judged),
      policyHash: 'p',
    }),
    approver: { decide: async () => answer ?? { outcome: 'expired', why: 'nobody' }, reply: async () => null },
    recorder: createRecorder(log, evidence, async (text) => text),
    evidence,
    scan: {
      find: async () => ({ rules: [], hasMarker: false }),
      redact: async (text) => text.replaceAll('hunter2', '«x»'),
    },
    perform: async (permit) => {
      happened.push('effect');
      return await (perform ?? (async () => ({ kind: 'done', text: 'written' }) as const))(permit);
    },
    clock: systemClock,
    tell: (event) => told.push(event),
  });
  return { gateway, happened, told };
}

const act = async (gateway: Gateway, signal = new AbortController().signal) =>
  await gateway.act(situation, action, signal);

describe('the one path', () => {
  test('an allowed action is recorded, done and recorded again, in this order', async () => {
    const { gateway, happened } = gatewayFor({});
    expect(await act(gateway)).toMatchObject({ kind: 'done', text: 'written' });
    expect(happened).toEqual(['intent ALLOW', 'effect', 'outcome done']);
  });

  test('a denied action is recorded and has no effect', async () => {
    const { gateway, happened } = gatewayFor({ decision: 'DENY' });
    expect(await act(gateway)).toEqual({ kind: 'refused', reason: 'because', remedy: null });
    expect(happened).toEqual(['decision refused']);
  });

  test('a denied action is shown without the secret that it carries', async () => {
    const { gateway, told } = gatewayFor({ decision: 'DENY' });
    const command: Action = { kind: 'command', command: 'login hunter2', env: { PASSWORD: 'hunter2' } };
    await gateway.act(situation, command, new AbortController().signal);
    expect(told).toMatchObject([
      {
        state: 'refused',
        title: '$ login «x»',
        action: { kind: 'command', command: 'login «x»', env: { PASSWORD: '«x»' } },
      },
    ]);
  });

  test('an approved action is done once', async () => {
    const answer = { outcome: 'approved', by: 'os:ann', why: null } as const;
    const { gateway, happened } = gatewayFor({ decision: 'REQUIRE_APPROVAL', answer });
    expect(await act(gateway)).toMatchObject({ kind: 'done' });
    expect(happened).toEqual([
      'decision awaiting approval',
      'approval approved',
      'intent REQUIRE_APPROVAL',
      'effect',
      'outcome done',
    ]);
  });

  test.each([
    [
      { outcome: 'denied', by: 'os:ann', why: 'not today' },
      { kind: 'denied', why: 'not today' },
    ],
    [
      { outcome: 'expired', why: 'nobody' },
      { kind: 'expired', why: 'nobody' },
    ],
  ] as const)('an action that is %o has no effect', async (answer, expected) => {
    const { gateway, happened } = gatewayFor({ decision: 'REQUIRE_APPROVAL', answer });
    expect(await act(gateway)).toEqual(expected);
    expect(happened).toEqual(['decision awaiting approval', `approval ${answer.outcome}`]);
  });

  test('nothing happens when the intent cannot be recorded', async () => {
    const { gateway, happened } = gatewayFor({ failsAt: 'intent' });
    await expect(act(gateway)).rejects.toThrow('the disk is full');
    expect(happened).toEqual([]);
  });

  test('nothing happens when the answer to an approval cannot be recorded', async () => {
    const answer = { outcome: 'approved', by: 'os:ann', why: null } as const;
    const { gateway, happened } = gatewayFor({ decision: 'REQUIRE_APPROVAL', answer, failsAt: 'approval' });
    await expect(act(gateway)).rejects.toThrow('the disk is full');
    expect(happened).not.toContain('effect');
  });

  test('a cancelled run starts no effect', async () => {
    const { gateway, happened } = gatewayFor({});
    expect(await act(gateway, AbortSignal.abort())).toEqual({ kind: 'cancelled' });
    expect(happened).toEqual([]);
  });

  test('an effect that breaks is recorded as failed, and a bug is not swallowed', async () => {
    const world = gatewayFor({ perform: async () => Promise.reject(new Failure('git_failed', 'git is gone')) });
    expect(await act(world.gateway)).toEqual({ kind: 'failed', reason: 'git is gone' });
    expect(world.happened.at(-1)).toBe('outcome failed');
    const bug = gatewayFor({ perform: async () => Promise.reject(new TypeError('x is undefined')) });
    await expect(act(bug.gateway)).rejects.toThrow(TypeError);
    expect(bug.happened.at(-1)).toBe('outcome failed');
  });

  test('the permit covers a frozen copy of the very action that was decided', async () => {
    const permits: Permit[] = [];
    const { gateway } = gatewayFor({
      perform: async (permit) => {
        permits.push(permit);
        return { kind: 'done', text: '' };
      },
    });
    await act(gateway);
    const [permit] = permits;
    expect(isPermit(permit, 'file_write')).toBe(true);
    expect(isPermit(permit, 'file_delete')).toBe(false);
    expect(permit?.action).toEqual(action);
    expect(permit?.action).not.toBe(action);
    expect(Object.isFrozen(permit?.action)).toBe(true);
    expect(permit?.actionDigest).toBe(digestOf(action));
  });

  test('what is read is redacted before an agent sees it', async () => {
    const { gateway } = gatewayFor({ perform: async () => ({ kind: 'done', text: 'password hunter2' }) });
    const read = await gateway.act(situation, { kind: 'file_read', path: 'a' }, new AbortController().signal);
    expect(read).toMatchObject({ text: 'password «x»' });
  });
});

describe('calls that are no actions', () => {
  test.each([
    ['a tool that is not offered', { kind: 'call', callId: '1', tool: 'run_command', input: { command: 'ls' } }],
    ['a tool that does not exist', { kind: 'call', callId: '1', tool: '__proto__', input: {} }],
    ['arguments that do not fit', { kind: 'call', callId: '1', tool: 'read_file', input: { path: 3 } }],
    ['a member too many', { kind: 'call', callId: '1', tool: 'read_file', input: { path: 'a', approved: true } }],
    [
      'what the model library could not read',
      { kind: 'malformed', callId: '1', tool: 'read_file', problem: 'no JSON' },
    ],
  ] as const)('%s is recorded, told, and has no effect', async (_name, call) => {
    const { gateway, happened, told } = gatewayFor({});
    const { action: none, result } = await gateway.propose(
      situation,
      call,
      ['read_file'],
      new AbortController().signal,
    );
    expect(none).toBeNull();
    expect(result.kind).toBe('invalid');
    expect(happened).toEqual(['decision refused']);
    expect(told).toMatchObject([{ type: 'action', state: 'invalid' }]);
  });
});

test('a permit is spent once', async () => {
  const permits: Permit[] = [];
  const { gateway } = gatewayFor({
    perform: async (permit) => {
      permits.push(permit);
      return { kind: 'done', text: '' };
    },
  });
  await act(gateway);
  const [permit] = permits;
  if (permit === undefined) throw new Error('no permit was made');
  const spend = createSpender();
  spend(permit);
  expect(() => spend(permit)).toThrow('a permit is spent once');
});
