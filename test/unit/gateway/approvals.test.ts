import { describe, expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import type { ApprovalAnswer, ApprovalRequest, ApprovalScope } from '#protocol/approval';
import type { DecisionKind } from '#protocol/policy';
import type { RunEvent } from '#protocol/run';
import type { AuditRecord } from '../../../server/src/audit/log.ts';
import { systemClock, type Clock } from '../../../server/src/base/clock.ts';
import { digestOf } from '../../../server/src/base/digest.ts';
import { newRunId, newTaskId } from '../../../server/src/base/id.ts';
import { toldToAgent } from '../../../server/src/gateway/actionResult.ts';
import { passingMemory, type ApprovalMemory } from '../../../server/src/gateway/approvalMemory.ts';
import { createGateway } from '../../../server/src/gateway/gateway.ts';
import { grantLifetimeMs } from '../../../server/src/gateway/grant.ts';
import { createRecorder } from '../../../server/src/gateway/recorder.ts';
import type { Situation } from '../../../server/src/gateway/situation.ts';
import type { ProposedCall } from '../../../server/src/models/conversation.ts';
import { allow, ask, deny } from '../../../server/src/policy/answer.ts';
import { factsOf } from '../policy/fixtures.ts';

const situation: Situation = {
  runId: newRunId(),
  taskId: newTaskId(),
  actor: { kind: 'agent', name: 'implementer', swarm: 'engineering' },
  phase: 'act',
  cycle: 1,
  why: 'Write the documentation',
};
const reviewer: Situation = { ...situation, actor: { kind: 'agent', name: 'reviewer', swarm: 'review' } };
const never = new AbortController().signal;
const write = (path: string, content = 'x'): Action => ({ kind: 'file_write', path, content });
const command = (text: string): Action => ({ kind: 'command', command: text });
const yes = (scope: ApprovalScope): ApprovalAnswer => ({ outcome: 'approved', by: 'os:ann', why: null, scope });
const no: ApprovalAnswer = { outcome: 'denied', by: 'os:ann', why: 'not this' };

interface Setting {
  /** What the person says, question by question; afterwards nobody is there. */
  readonly answers?: readonly ApprovalAnswer[];
  readonly memory?: ApprovalMemory;
  readonly rule?: (action: Action) => { readonly kind: DecisionKind; readonly rule: string };
  readonly policyHash?: () => string;
  readonly clock?: Clock;
  /** Somebody who never answers and never listens. */
  readonly isDeaf?: boolean;
  /** Until when the person thinks. */
  readonly answered?: Promise<void>;
}

const makers = { ALLOW: allow, REQUIRE_APPROVAL: ask, DENY: deny };

function open({
  answers = [],
  memory = passingMemory(),
  rule,
  policyHash = () => 'p',
  clock = systemClock,
  isDeaf = false,
  answered,
}: Setting) {
  const questions: ApprovalRequest[] = [];
  const done: Action[] = [];
  const told: RunEvent[] = [];
  const entries: AuditRecord['metadata'][] = [];
  const log = {
    append: async (record: AuditRecord) => {
      entries.push(record.metadata);
      return { ...record, seq: 0, timestamp: '', previousHash: '', hash: '', metadata: { ...record.metadata } };
    },
    close: async () => undefined,
  };
  const evidence = { put: async (text: string) => ({ sha256: digestOf(text), bytes: text.length }) };
  const gateway = createGateway({
    judge: async (_actor, action) => {
      const { kind, rule: name } = rule?.(action) ?? { kind: 'REQUIRE_APPROVAL' as const, rule: 'rules/docs' };
      const answer = makers[kind]({ rule: name, reason: 'because' });
      const actionDigest = digestOf(action);
      return {
        kind,
        reason: 'because',
        answers: [answer],
        actionDigest,
        policyHash: policyHash(),
        facts: factsOf(action),
      };
    },
    approver: {
      decide: async (request) => {
        questions.push(request);
        if (isDeaf) return await new Promise<ApprovalAnswer>(() => undefined);
        const answer = answers[questions.length - 1] ?? { outcome: 'expired' as const, why: 'nobody' };
        await answered;
        return answer;
      },
      reply: async () => null,
    },
    recorder: createRecorder(log, evidence, async (text) => text),
    evidence,
    scan: { find: async () => ({ rules: [], hasMarker: false }), redact: async (text) => text },
    memory,
    perform: async (permit) => {
      done.push(permit.action);
      return { kind: 'done', text: '' };
    },
    clock,
    tell: (event) => told.push(event),
  });
  const act = async (action: Action, who = situation) => (await gateway.act(who, action, never)).kind;
  return { gateway, act, questions, done, told, entries, memory };
}

describe('how far a yes reaches', () => {
  test('once is once: the same action is asked again', async () => {
    const { act, questions } = open({ answers: [yes('once')] });
    expect([await act(write('docs/a.md')), await act(write('docs/a.md'))]).toEqual(['done', 'expired']);
    expect(questions).toHaveLength(2);
  });

  test('for the task covers this very action of this agent, and names the grant each time', async () => {
    const { act, questions, told, entries } = open({ answers: [yes('task')] });
    expect([await act(write('docs/a.md')), await act(write('docs/a.md'))]).toEqual(['done', 'done']);
    expect(questions).toHaveLength(1);
    expect(await act(write('docs/a.md', 'y'))).toBe('expired');
    expect(await act(write('docs/a.md'), reviewer)).toBe('expired');
    const answers = told.flatMap((event) => (event.type === 'answer' ? [event] : []));
    expect(answers[1]).toMatchObject({ answer: { outcome: 'approved', by: 'os:ann', grant: { scope: 'task' } } });
    const actions = told.flatMap((event) => (event.type === 'action' ? [event.actionId] : []));
    expect(actions).toContain(answers[1]?.actionId);
    const [first, second] = entries.filter(({ stage }) => stage === 'approval');
    expect(second).toMatchObject({ result: 'approved', by: 'os:ann', scope: 'task', grant: first?.['grant'] });
    expect(second).toMatchObject({ action_sha256: digestOf(write('docs/a.md')), policy_sha256: 'p' });
  });

  test('a pattern covers what it says, each action with its own digest, and what is denied stays denied', async () => {
    const rule: Setting['rule'] = (action) =>
      action.kind === 'file_write' && action.path === 'docs/locked.md'
        ? { kind: 'DENY', rule: 'denied-path' }
        : { kind: 'REQUIRE_APPROVAL', rule: 'rules/docs' };
    const { act, questions, entries } = open({ answers: [yes('pattern')], rule });
    expect(await act(write('docs/a.md'))).toBe('done');
    expect(questions[0]?.pattern).toBe('writes of files under docs/');
    expect([await act(write('docs/b.md')), await act(write('docs/deep/c.md'))]).toEqual(['done', 'done']);
    expect(await act(write('docs/locked.md'))).toBe('refused');
    expect(questions).toHaveLength(1);
    expect(await act(write('src/a.ts'))).toBe('expired');
    const digests = entries.filter(({ stage }) => stage === 'approval').map((entry) => entry['action_sha256']);
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('a pattern that was not offered covers nothing beyond the action', async () => {
    const { act, questions, memory } = open({ answers: [yes('pattern')] });
    expect([
      await act({ kind: 'file_delete', path: 'docs/a.md' }),
      await act({ kind: 'file_delete', path: 'docs/b.md' }),
    ]).toEqual(['done', 'expired']);
    expect(questions[0]?.pattern).toBeUndefined();
    expect(memory.grants()).toEqual([]);
  });

  test('a grant does not answer another question about the same action', async () => {
    let rule = 'rules/docs';
    const { act } = open({ answers: [yes('task')], rule: () => ({ kind: 'REQUIRE_APPROVAL', rule }) });
    expect(await act(write('docs/a.md'))).toBe('done');
    rule = 'hard-link';
    expect(await act(write('docs/a.md'))).toBe('expired');
  });

  test.each<ApprovalScope>(['task', 'pattern'])(
    'a grant for the %s ends with the policy, and with its time',
    async (scope) => {
      let hash = 'p';
      let now = new Date('2026-01-01T00:00:00.000Z');
      const clock: Clock = { ...systemClock, now: () => now };
      const { act } = open({ answers: [yes(scope)], policyHash: () => hash, clock });
      expect([await act(write('docs/a.md')), await act(write('docs/a.md'))]).toEqual(['done', 'done']);
      hash = 'q';
      expect(await act(write('docs/a.md'))).toBe('expired');
      hash = 'p';
      now = new Date(now.getTime() + grantLifetimeMs);
      expect(await act(write('docs/a.md'))).toBe('expired');
    },
  );
});

describe('what was denied and is tried another way', () => {
  test('is asked as such even where the rules allow it, then refused, and recorded as refused', async () => {
    const rule: Setting['rule'] = (action) =>
      action.kind === 'command' ? { kind: 'ALLOW', rule: 'sandbox' } : { kind: 'REQUIRE_APPROVAL', rule: 'rules/docs' };
    const { act, questions, entries, done } = open({ answers: [no, no], rule });
    expect(await act(write('docs/a.md'))).toBe('denied');
    expect(await act(command('echo x > docs/a.md'))).toBe('denied');
    expect(questions[1]?.deniedBefore).toMatchObject({ title: 'write docs/a.md', by: 'os:ann', why: 'not this' });
    expect(questions[1]?.reason).toContain('denied “write docs/a.md” before');
    expect(await act(command("bash -c 'tee docs/a.md < b'"))).toBe('refused');
    expect(questions).toHaveLength(2);
    expect(entries.at(-1)).toMatchObject({ stage: 'decision', decision: 'DENY', result: 'refused' });
    expect(done).toEqual([]);
    expect(await act(command('ls docs'))).toBe('done');
  });

  test('is forgotten when a person says yes to it', async () => {
    const { act, memory } = open({ answers: [no, yes('once')] });
    expect([await act(write('docs/a.md')), await act(write('docs/a.md', 'y'))]).toEqual(['denied', 'done']);
    expect(memory.denials()).toEqual([]);
  });

  test('is offered no pattern, and no grant answers it', async () => {
    const { act, questions } = open({ answers: [yes('pattern'), no] });
    expect(await act(write('docs/a.md'))).toBe('done');
    expect(await act({ kind: 'file_delete', path: 'docs/b.md' })).toBe('denied');
    expect(await act(write('docs/b.md'))).toBe('expired');
    expect(questions).toHaveLength(3);
    expect(questions[2]?.pattern).toBeUndefined();
  });

  test('does not stand in the way of what Loki itself does', async () => {
    const { act } = open({ answers: [no], rule: () => ({ kind: 'REQUIRE_APPROVAL', rule: 'allowed-commands' }) });
    expect(await act(command('npm test'))).toBe('denied');
    const { act: actAgain } = open({ rule: () => ({ kind: 'ALLOW', rule: 'host-act' }) });
    expect(await actAgain(command('npm test'), { ...situation, actor: { kind: 'loki' } })).toBe('done');
  });
});

const deletes = (...names: readonly string[]): readonly ProposedCall[] =>
  names.map((name) => ({ kind: 'call', callId: name, tool: 'delete_file', input: { path: `docs/${name}.md` } }));

describe('several questions of one step', () => {
  const tools = ['delete_file'];
  async function step(answers: readonly ApprovalAnswer[], calls: readonly ProposedCall[], more: Partial<Setting> = {}) {
    const opened = open({ answers, ...more });
    await opened.gateway.askTogether(situation, calls, tools, never);
    const asked = opened.questions.length;
    const results = [];
    for (const call of calls) results.push((await opened.gateway.propose(situation, call, tools, never)).result.kind);
    return { ...opened, asked, results };
  }

  test('are put together before the first is done, and each has an answer of its own', async () => {
    const calls = deletes('a', 'b', 'c');
    const { questions, asked, results, done, entries } = await step([yes('once'), no, yes('once')], calls);
    expect([asked, questions.length]).toEqual([3, 3]);
    expect(new Set(questions.map(({ batch }) => batch?.batchId)).size).toBe(1);
    expect(questions.map(({ batch }) => batch?.size)).toEqual([3, 3, 3]);
    expect(new Set(questions.map(({ actionDigest }) => actionDigest)).size).toBe(3);
    expect(results).toEqual(['done', 'denied', 'done']);
    expect(done.map((action) => 'path' in action && action.path)).toEqual(['docs/a.md', 'docs/c.md']);
    expect(entries.filter(({ stage }) => stage === 'approval')).toHaveLength(3);
  });

  test('count once: an action that comes a second time is asked again', async () => {
    const { gateway, questions } = await step([yes('once'), yes('once')], deletes('a', 'b'));
    const [again] = deletes('a');
    if (again === undefined) throw new Error('no call');
    expect((await gateway.propose(situation, again, tools, never)).result.kind).toBe('expired');
    expect(questions).toHaveLength(3);
  });

  test('one alone is asked in its turn, with what is known then', async () => {
    expect((await step([yes('once')], deletes('a'))).asked).toBe(0);
  });

  test('an answer does not count where something else is asked when its turn comes', async () => {
    let hash = 'p';
    const opened = open({ answers: [yes('once'), yes('once')], policyHash: () => hash });
    const calls = deletes('a', 'b');
    await opened.gateway.askTogether(situation, calls, tools, never);
    hash = 'q';
    for (const call of calls) {
      expect((await opened.gateway.propose(situation, call, tools, never)).result.kind).toBe('expired');
    }
    expect(opened.done).toEqual([]);
  });

  test('that are denied together are one no, not a second try', async () => {
    const { results, memory } = await step([no, no], deletes('a', 'a'));
    expect(results).toEqual(['denied', 'denied']);
    expect(memory.denials()).toHaveLength(1);
  });
});

test.each<[string, DecisionKind, string, number]>([
  ['refused', 'DENY', 'rules', 1],
  ['asked anew', 'REQUIRE_APPROVAL', 'hard-link', 2],
])('what is %s by the time of the answer is not done on that answer', async (_name, later, laterRule, questions) => {
  let now: { kind: DecisionKind; rule: string } = { kind: 'REQUIRE_APPROVAL', rule: 'rules' };
  const thinking = Promise.withResolvers<void>();
  const opened = open({ answers: [yes('once'), no], rule: () => now, answered: thinking.promise });
  const acting = opened.act(write('docs/a.md'));
  await expect.poll(() => opened.questions.length).toBe(1);
  now = { kind: later, rule: laterRule };
  thinking.resolve();
  expect(await acting).toBe(later === 'DENY' ? 'refused' : 'denied');
  expect(opened.questions).toHaveLength(questions);
  expect(opened.done).toEqual([]);
});

test('a question ends with its run, also where nobody listens, and stays open for the time after', async () => {
  const { gateway, questions, memory } = open({ isDeaf: true });
  const run = new AbortController();
  const acting = gateway.act(situation, write('docs/a.md'), run.signal);
  await expect.poll(() => questions.length).toBe(1);
  run.abort();
  expect((await acting).kind).toBe('expired');
  expect(memory.openQuestions()).toMatchObject([{ approvalId: questions[0]?.approvalId, agent: 'implementer' }]);
});

test('the agent is told four kinds of no apart', () => {
  const told = [
    toldToAgent({ kind: 'refused', reason: 'a rule', remedy: null }),
    toldToAgent({ kind: 'refused', reason: 'denied twice', remedy: null, isFinal: true }),
    toldToAgent({ kind: 'denied', why: 'not today' }),
    toldToAgent({ kind: 'expired', why: 'nobody' }),
    toldToAgent({ kind: 'invalid', problem: 'no such tool' }),
  ].map((output) => ('reason' in output ? output.reason : output.text));
  expect(told).toEqual([
    expect.stringMatching(/^Refused by policy: a rule\. Choose another way/),
    expect.stringMatching(/^Refused by policy: denied twice\. Do not try it another way/),
    expect.stringMatching(/^Denied by a person, who says: not today/),
    expect.stringMatching(/^Needs an approval that nobody gave/),
    expect.stringMatching(/^The call was not understood/),
  ]);
});
