import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { microUsd } from '../../../server/src/cost/money.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { openAudit } from '../../../server/src/runs/openAudit.ts';
import { reconcileLedger } from '../../../server/src/runs/reconcileLedger.ts';
import { restoreLost } from '../../../server/src/runs/restoreLost.ts';
import { aClock, aFolder, reserved } from '../cost/aLedger.ts';
import { aRequest, noLimits } from '../cost/aRequest.ts';

/** Workspaces whose logs are written at the times that a clock says, whatever the ledger knows of it. */
function aPlace() {
  const folder = aFolder();
  const lokiHome = path.join(folder, 'home');
  const env = { LOKI_HOME: lokiHome, LOKI_MANAGED_CONFIG: path.join(folder, 'managed.yaml') };
  writeFileSync(env.LOKI_MANAGED_CONFIG, '');
  const clock = aClock();
  const world = {
    env,
    lokiHome,
    assetsFolder: '',
    rosterFolder: '',
    clock,
    person: 'os:dev',
    demoPaceMs: 0,
  };
  const ledger = openLedger({ lokiHome, clock });
  onTestFinished(() => ledger.close());
  const open = async (name: string) => {
    const workspace = path.join(folder, name);
    mkdirSync(path.join(workspace, '.loki'), { recursive: true });
    const config = await loadConfig({ workspace, env, lokiHome });
    return { workspace, config, ...(await openAudit(world, workspace, config)) };
  };
  return {
    ledger,
    clock,
    /** The log of a workspace tells of a request of 3,000 micro-dollars. */
    note: async (id: string, time: string, name = 'shop') => {
      clock.set(time);
      const { log } = await open(name);
      const metadata = {
        stage: 'intent',
        action_id: `act-${id}`,
        reservation_id: `res-${id}`,
        run_id: 'run-1',
        task_id: 'task-1',
        agent: 'implementer',
        swarm: 'engineering',
        phase: 'act',
        provider: 'anthropic',
        model: 'm',
        simulated: false,
        reserved_usd: 0.003,
        max_input_tokens: 1000,
        max_output_tokens: 2000,
      };
      await log.append({ who: 'implementer', what: 'model_call', where: null, why: null, metadata });
      await log.close();
    },
    restore: async (name = 'shop') => {
      const { log, folder: auditFolder, workspace } = await open(name);
      const owner = { project: workspace, person: 'os:dev', organisation: '', limits: noLimits };
      const restored = await restoreLost({ ledger, auditFolder, taskId: null, owner, isLogValid: async () => true });
      await log.close();
      return restored?.calls ?? 0;
    },
    /** What a run does when it starts. */
    start: async (name = 'shop') => {
      const { log, folder: auditFolder, workspace, config } = await open(name);
      const rooms = { audit: log, auditFolder, ledger, config };
      await reconcileLedger({ world, rooms, workspace, runId: 'run-2', taskId: 'task-9', tell: () => undefined });
      await log.close();
      return workspace;
    },
  };
}

describe('a request that the ledger has lost', () => {
  it.each(['2026-02-20T12:00:00', '1970-01-01T12:00:00'])(
    'never counts earlier than the log had come, though the clock was set back to %s',
    async (time) => {
      const { ledger, clock, note, restore } = aPlace();
      await note('known', '2026-03-10T12:00:00');
      expect(await restore()).toBe(1);
      await note('lost', time);
      clock.set('2026-03-10T13:00:00');
      expect(await restore()).toBe(1);
      expect(ledger.spentInWindow('day', false).spent).toBe(6000);
      expect(await restore()).toBe(0);
    },
  );

  it('is paid by whoever pays in its workspace, also where a run of another one finds it', async () => {
    const { ledger, note, start } = aPlace();
    const other = await start('other');
    await start('shop');
    reserved(ledger, { project: other, organisation: 'payer' });
    await note('here', '2026-03-10T12:00:00', 'shop');
    await note('there', '2026-03-10T12:00:00', 'other');
    await start('shop');
    expect(ledger.spentInWindow('day', false).spent).toBe(6000);
    const group = { kind: 'organisation', name: 'payer' } as const;
    const groups = [{ group, maxPerTask: null, maxPerDay: microUsd(1), maxPerMonth: null }];
    const limits = { ...noLimits, groups };
    expect(ledger.reserve(aRequest({ limits, organisation: 'payer' }))).toMatchObject({
      kind: 'over',
      spent: 3000,
      reserved: 3000,
    });
  });
});
