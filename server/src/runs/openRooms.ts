import path from 'node:path';
import { loadRoster } from '../agents/loadRoster.ts';
import type { Agent } from '../agents/agent.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Config } from '../config/config.ts';
import type { Ledger } from '../cost/ledger.ts';
import { openLedger } from '../cost/openLedger.ts';
import { loadProfile, withRequired, type Profile } from '../gates/profile.ts';
import { contentScanFor, type ContentScan } from '../gateway/contentScan.ts';
import type { WithheldKey } from '../base/withheldKey.ts';
import { loadScenario, readScenario } from '../models/demo/loadScenario.ts';
import type { Scenario } from '../models/demo/scenario.ts';
import { withheldKeys } from '../models/withheldKeys.ts';
import { requiredGates } from '../policy/policies/policies.ts';
import type { Policy } from '../policy/policy.ts';
import type { Sandbox } from '../sandbox/confinement.ts';
import { detectSandbox } from '../sandbox/detect.ts';
import { modelEnvironment } from './modelEnvironment.ts';
import { openAudit } from './openAudit.ts';
import { openDemoModels, openRunModels, type RunModels } from './runModels.ts';
import type { World } from './world.ts';

/** What a run was started with: kept with the run, and the same again on resume. */
export interface RunWish {
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly scenario?: string | undefined;
  readonly profile?: string | undefined;
}

/** The rooms a run works in. Who opened them closes them. */
export interface Rooms {
  readonly config: Config;
  readonly policy: Policy;
  readonly profile: Profile;
  readonly roster: readonly Agent[];
  readonly models: RunModels;
  /** What the demo provider plays; null for real models. */
  readonly scenario: Scenario | null;
  readonly sandbox: Sandbox;
  readonly audit: AuditLog;
  readonly auditFolder: string;
  readonly isAuditDisabled: boolean;
  readonly ledger: Ledger;
  readonly scan: ContentScan;
  /** The keys that models are asked with, in the environment or not. */
  readonly withheld: readonly WithheldKey[];
  /** Lets go of the audit log and the ledger. */
  close(): Promise<void>;
}

/** Opens everything; what is missing is a failure before the first effect. */
export async function openRooms(world: World, workspace: string, config: Config, wish: RunWish): Promise<Rooms> {
  const roster = await loadRoster(world.rosterFolder);
  const profile = withRequired(
    await loadProfile(workspace, wish.profile ?? config.gates.profile),
    requiredGates(config.policy.policies),
  );
  const scenario = await chooseScenario(world, config, wish);
  const env = scenario === null ? await modelEnvironment(world, config.models, wish.provider) : world.env;
  const choice = { settings: config.models, env, roster, at: world.clock.now(), removalsOf: world.removalsOf };
  const models =
    scenario === null
      ? await openRunModels({ ...choice, provider: wish.provider, model: wish.model, editor: world.editor })
      : await openDemoModels(scenario, choice, world.demoPaceMs);
  const sandbox = await detectSandbox(world.env);
  const ledger = openLedger({
    lokiHome: world.lokiHome,
    clock: world.clock,
    timeZone: config.accounting.timeZone,
  });
  const audit = await openAudit(world, workspace, config).catch((error: unknown) => {
    ledger.close();
    throw error;
  });
  return {
    config,
    policy: { ...config.policy, isConfined: sandbox.confinement.kind !== 'none' },
    profile,
    roster,
    models,
    scenario,
    sandbox,
    audit: audit.log,
    auditFolder: audit.folder,
    isAuditDisabled: audit.isDisabled,
    ledger,
    scan: contentScanFor(config),
    withheld: withheldKeys(config.models, [world.env, env]),
    close: async () => {
      await audit.log.close();
      ledger.close();
    },
  };
}

async function chooseScenario({ assetsFolder }: World, config: Config, wish: RunWish): Promise<Scenario | null> {
  const provider = wish.provider ?? config.models.provider;
  if (provider !== 'demo') return null;
  const name = wish.scenario ?? 'generic';
  return name.includes('/') || name.includes(path.sep)
    ? await readScenario(name)
    : await loadScenario(assetsFolder, name);
}
