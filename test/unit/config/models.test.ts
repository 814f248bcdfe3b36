import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../../server/src/config/config.ts';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { resolveEndpoint } from '../../../server/src/models/endpoint.ts';
import { routeFor } from '../../../server/src/models/route.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

type TierName = 'managed' | 'user' | 'project';
type Section = Readonly<Record<string, unknown>>;

/** The configuration of which each tier says these `models`. */
async function load(said: Partial<Record<TierName, Section>>): Promise<Config> {
  const base = await temporaryFolder();
  const places = { managed: 'managed.json', user: 'home/config.json', project: 'workspace/.loki/config.json' };
  await mkdir(path.join(base, 'home'), { recursive: true });
  await mkdir(path.join(base, 'workspace/.loki'), { recursive: true });
  for (const [tier, models] of Object.entries(said)) {
    await writeFile(path.join(base, places[tier as TierName]), JSON.stringify({ models }));
  }
  const env = said.managed === undefined ? {} : { LOKI_MANAGED_CONFIG: path.join(base, places.managed) };
  return await loadConfig({ workspace: path.join(base, 'workspace'), env, lokiHome: path.join(base, 'home') });
}

describe('a pin of a higher tier', () => {
  const asking = { name: 'implementer', phase: 'act', tier: 'balanced' } as const;
  const pinOf = {
    agents: { agents: { implementer: 'm' } },
    task_types: { task_types: { implementation: 'm' } },
    phases: { phases: { act: 'm' } },
  };
  const named = (tier: TierName, kind: keyof typeof pinOf): Section => ({
    pins: JSON.parse(JSON.stringify(pinOf[kind]).replace('"m"', JSON.stringify(`${tier}-${kind}`))) as unknown,
  });
  const kind = fc.constantFrom('agents', 'task_types', 'phases');
  const order: readonly TierName[] = ['managed', 'user', 'project'];

  test('wins over one of a lower tier, whatever each of them is for, and the reason names it', async () => {
    const said = fc.record({ managed: kind, user: kind, project: kind }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(said, async (kinds) => {
        const highest = order.find((tier) => kinds[tier] !== undefined);
        fc.pre(highest !== undefined);
        const written = order.flatMap((tier) => (kinds[tier] === undefined ? [] : [[tier, named(tier, kinds[tier])]]));
        const { models } = await load(Object.fromEntries(written) as Partial<Record<TierName, Section>>);
        const { model, reason } = routeFor(asking, 'implementation', models, undefined);
        expect(model).toBe(`${highest}-${kinds[highest] ?? ''}`);
        expect(reason).toContain(`models.pins.${kinds[highest] ?? ''}.`);
        expect(reason).toContain(`of the ${highest} configuration`);
      }),
      { numRuns: 40 },
    );
  });

  test('leaves those of a lower tier to whom it is not for', async () => {
    const { models } = await load({
      managed: { pins: { agents: { security_auditor: 'best' } } },
      project: { pins: { phases: { act: 'small' } } },
    });
    expect(routeFor(asking, 'implementation', models, undefined).model).toBe('small');
  });
});

test('pins are the same configuration wherever they stand', async () => {
  const models = { pins: { phases: { act: 'best' } } };
  expect((await load({ user: models })).hash).toBe((await load({ project: models })).hash);
  expect((await load({ user: models })).hash).not.toBe((await load({})).hash);
});

describe('tiers of a provider that a project names', () => {
  const modelOf = ({ models }: Config, provider: string, tier: 'fast' | 'best'): string =>
    resolveEndpoint({ settings: models, env: { ANTHROPIC_API_KEY: 'a' }, provider, tier }).model;
  const managed = { provider: 'anthropic', tiers: { best: 'managed-best' } };

  test('do not go before the tiers of a higher configuration', async () => {
    const config = await load({
      managed,
      project: { providers: { anthropic: { tiers: { best: 'other', fast: 'quick' } } } },
    });
    expect(modelOf(config, 'anthropic', 'best')).toBe('managed-best');
    expect(modelOf(config, 'anthropic', 'fast')).toBe('quick');
  });

  test('stay those of a provider of which the higher one says nothing', async () => {
    const config = await load({ managed, project: { providers: { ollama: { tiers: { best: 'local' } } } } });
    expect(modelOf(config, 'ollama', 'best')).toBe('local');
  });

  test('go before what the same configuration says of all', async () => {
    const config = await load({ managed: { ...managed, providers: { anthropic: { tiers: { best: 'own' } } } } });
    expect(modelOf(config, 'anthropic', 'best')).toBe('own');
  });
});
