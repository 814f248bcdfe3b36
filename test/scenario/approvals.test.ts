import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ApprovalAnswer, ApprovalRequest } from '#protocol/approval';
import type { RunEvent, RunEventOf, RunResult } from '#protocol/run';
import { loadScenario } from '../../server/src/models/demo/loadScenario.ts';
import { copySample } from '../../server/src/runs/copySample.ts';
import { resumeRun } from '../../server/src/runs/resumeRun.ts';
import { startRun } from '../../server/src/runs/startRun.ts';
import type { Audience } from '../../server/src/runs/world.ts';
import { decisiveRules } from '../../webview/src/shared/ruleWords.ts';
import { foldSnapshot } from '../../webview/src/task/foldEvents.ts';
import type { ActionItem, TaskModel } from '../../webview/src/task/taskModel.ts';
import { temporaryFolder } from '../unit/temporaryFolder.ts';
import { testWorld } from './play.ts';

type Decide = (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer>;

async function sample() {
  const world = testWorld(await temporaryFolder());
  const workspace = await copySample(world.assetsFolder);
  onTestFinished(async () => await rm(workspace, { recursive: true, force: true }));
  return { world, workspace };
}

function audienceOf(decide: Decide, events: RunEvent[]): Audience {
  return { approver: { decide, reply: async () => null }, tell: (event) => void events.push(event) };
}

function ofType<K extends RunEvent['type']>(events: readonly RunEvent[], type: K): readonly RunEventOf<K>[] {
  return events.filter((event): event is RunEventOf<K> => event.type === type);
}

function actionsIn({ preparation, cycles }: TaskModel): readonly ActionItem[] {
  const turns = [...preparation, ...cycles.flatMap(({ phases }) => phases.flatMap((phase) => phase.turns))];
  return turns.flatMap(({ items }) => items.filter((item) => item.kind === 'action'));
}

const mostPrompts = 5;

describe('a task of the sample project, with default settings and the sandbox on', () => {
  test('asks a person at most five times, and the task page explains every decision', async () => {
    const { world, workspace } = await sample();
    const { task, name } = await loadScenario(world.assetsFolder, 'sample');
    const events: RunEvent[] = [];
    const result: RunResult = await startRun(
      world,
      { workspace, task: task ?? '', provider: 'demo', scenario: name, includeChanges: false, isTrusted: true },
      audienceOf(async () => ({ outcome: 'expired', why: 'nobody' }), events),
      new AbortController().signal,
    );
    expect(result).toMatchObject({ status: 'finished', confinement: { kind: 'bubblewrap' } });
    const prompts = ofType(events, 'approval');
    expect(prompts.length).toBeGreaterThan(0);
    expect(prompts.length).toBeLessThanOrEqual(mostPrompts);
    // What was asked is what the log says was asked.
    const log = await readFile(path.join(workspace, '.loki/audit/audit.jsonl'), 'utf8');
    expect(log.split('\n').filter((line) => line.includes('"stage":"approval"'))).toHaveLength(prompts.length);

    const model = foldSnapshot(
      events.map((event, index) => ({ number: index + 1, at: '2030-01-01T00:00:00.000Z', event })),
    );
    const items = actionsIn(model);
    expect(items.length).toBeGreaterThan(10);
    for (const item of items) {
      if (item.state === 'invalid') {
        expect(item.outcome).not.toBe('');
        continue;
      }
      const { decision, decisionReason, state, answer } = item;
      const decisive = decisiveRules(item.rules);
      expect([item.title, decisive.length > 0, decisionReason !== '']).toEqual([item.title, true, true]);
      for (const { rule, reason, source, remedy, decision: said } of decisive) {
        expect([rule, reason === '', source.tier !== 'default' && source.file === null]).toEqual([rule, false, false]);
        if (source.file !== null) expect(source.line).not.toBeNull();
        if (said !== 'ALLOW') expect([rule, remedy ?? '']).not.toEqual([rule, '']);
      }
      if (decision === 'REQUIRE_APPROVAL') {
        expect([item.title, answer?.outcome]).toEqual([
          item.title,
          state === 'done' || state === 'failed' ? 'approved' : state,
        ]);
        if (answer?.outcome === 'approved') expect(answer.by).not.toBe('');
      }
    }
  });
});

describe('a run that was stopped while a person was asked', () => {
  test('keeps what was granted when it goes on, and asks the open question again', async () => {
    const { world, workspace } = await sample();
    const scenario = path.join(import.meta.dirname, '../unit/lsp/scenarios/asks.yaml');
    const before: RunEvent[] = [];
    const stop = new AbortController();
    const asked: ApprovalRequest[] = [];
    const stopped = await startRun(
      world,
      { workspace, task: 'Change the version', provider: 'demo', scenario, includeChanges: false, isTrusted: true },
      audienceOf(async (request, signal) => {
        asked.push(request);
        if (asked.length === 1) return { outcome: 'approved', by: 'os:ann', why: null, scope: 'task' };
        stop.abort();
        return await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }, before),
      stop.signal,
    );
    expect(stopped.status).toBe('cancelled');
    expect(asked).toHaveLength(2);

    const after: RunEvent[] = [];
    const askedAgain: ApprovalRequest[] = [];
    const result = await resumeRun(
      world,
      { workspace, runId: stopped.runId ?? '', isTrusted: true },
      audienceOf(async (request) => {
        askedAgain.push(request);
        return { outcome: 'denied', by: 'os:ann', why: null };
      }, after),
      new AbortController().signal,
    );
    expect(result.status).toBe('finished');
    // The first action is covered by what was granted before the stop; the second is asked under its own name again.
    expect(askedAgain.map(({ approvalId, actionDigest }) => ({ approvalId, actionDigest }))).toEqual([
      { approvalId: asked[1]?.approvalId, actionDigest: asked[1]?.actionDigest },
    ]);
    const granted = ofType(after, 'answer').filter(({ answer }) => answer.outcome === 'approved');
    expect(granted).toHaveLength(2);
    for (const { answer } of granted) expect(answer).toMatchObject({ by: 'os:ann', grant: { scope: 'task' } });
    const notices = ofType(after, 'notice').map(({ message }) => message);
    expect(notices.filter((message) => message.includes('asked again when implementer gets there'))).toHaveLength(1);
  });
});
