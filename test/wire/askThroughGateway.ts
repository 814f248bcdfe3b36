import { digestOf } from '../../server/src/base/digest.ts';
import { newRunId, newTaskId } from '../../server/src/base/id.ts';
import { loadConfig } from '../../server/src/config/loadConfig.ts';
import { createJudge } from '../../server/src/gateway/judge.ts';
import { createModelGateway, type ModelResult } from '../../server/src/gateway/modelGateway.ts';
import { createRecorder } from '../../server/src/gateway/recorder.ts';
import { withStandIns } from '../../server/src/gateway/withStandIns.ts';
import { noPolicies } from '../../server/src/policy/policies/policies.ts';
import { openRunModels } from '../../server/src/runs/runModels.ts';
import { aClock, aLedger } from '../unit/cost/aLedger.ts';
import { noLimits } from '../unit/cost/aRequest.ts';
import { requestWith } from '../unit/models/modelPermit.ts';
import { temporaryFolder } from '../unit/temporaryFolder.ts';
import { testKey } from './providers.ts';

export interface Asked {
  readonly result: ModelResult;
  /** Each entry's stage, with the provider of an intent and what was decided or came of it. */
  readonly recorded: readonly string[];
  readonly intents: readonly Readonly<Record<string, unknown>>[];
  readonly told: readonly string[];
  /** In micro-dollars. */
  readonly spent: number;
}

export const prompt = 'the words of the prompt';

const agent = {
  name: 'implementer',
  swarm: 'engineering',
  phase: 'act',
  tier: 'fast',
  tools: [],
  instructions: 'x',
} as const;

/**
 * One request through a real configuration, real decisions, a real ledger and real sockets. Waits between attempts are
 * left out, and how long they would have been is kept in `waits`.
 */
export async function ask(
  config: string,
  env: Readonly<Record<string, string>>,
  { provider, model, waits = [] }: { provider?: string; model?: string; waits?: number[] } = {},
): Promise<Asked> {
  const workspace = await temporaryFolder({ '.loki/config.yaml': config, 'home/': '' });
  const loaded = await loadConfig({ workspace, env, lokiHome: `${workspace}/home` });
  const withKeys = { ANTHROPIC_API_KEY: testKey, ...env };
  const at = new Date('2026-01-01');
  const models = await openRunModels({ settings: loaded.models, env: withKeys, provider, model, roster: [agent], at });
  const recorded: string[] = [];
  const intents: Readonly<Record<string, unknown>>[] = [];
  const told: string[] = [];
  const { ledger } = aLedger();
  const scan = { find: async () => ({ rules: [], hasMarker: false }), redact: async (text: string) => text };
  const evidence = { put: async (text: string) => ({ sha256: digestOf(text), bytes: text.length }) };
  const log = {
    append: async (record: Parameters<Parameters<typeof createRecorder>[0]['append']>[0]) => {
      const { stage, decision, result, provider: asked } = record.metadata;
      recorded.push([stage, asked, result ?? decision].filter((word) => typeof word === 'string').join(' '));
      if (stage === 'intent') intents.push(record.metadata);
      return { ...record, seq: 0, timestamp: '', previousHash: '', hash: '', metadata: { ...record.metadata } };
    },
    close: async () => undefined,
  };
  const clock = aClock();
  const tell = (event: { readonly type: string; readonly message?: string }): void => {
    if (event.type === 'notice') told.push(event.message ?? '');
  };
  const gateway = withStandIns(
    createModelGateway({
      judge: createJudge({ root: workspace, policy: loaded.policy, scan, addedText: async () => '' }),
      approver: { decide: async () => ({ outcome: 'expired', why: 'nobody' }), reply: async () => null },
      recorder: createRecorder(log, evidence, async (text) => text),
      evidence,
      scan,
      ledger,
      limits: noLimits,
      policies: noPolicies,
      project: workspace,
      person: 'os:dev',
      organisation: '',
      notify: () => undefined,
      clock,
      tell,
      wait: async (ms) => void waits.push(ms),
    }),
    { tell, clock },
  );
  const situation = {
    runId: newRunId(),
    taskId: newTaskId(),
    actor: { kind: 'agent' as const, name: agent.name, swarm: agent.swarm },
    phase: agent.phase,
    cycle: 1,
    why: 'Test',
  };
  const request = requestWith({ turns: [{ role: 'user', text: prompt }] });
  const chosen = models.forAgent(agent, '').model;
  const result = await gateway.request(situation, chosen, request, AbortSignal.timeout(20_000));
  return { result, recorded, intents, told, spent: ledger.spentOnTask(situation.taskId, false).spent };
}
