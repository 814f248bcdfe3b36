import { expect, test } from 'vitest';
import { loadRoster } from '../../../server/src/agents/loadRoster.ts';
import type { Pin } from '../../../server/src/models/settings.ts';
import { openRunModels } from '../../../server/src/runs/runModels.ts';

const elsewhere = (agent: string): Pin => ({
  kind: 'agents',
  name: agent,
  provider: 'openai',
  use: { model: 'gpt-5-mini' },
  source: { tier: 'user', file: null, line: null },
});

async function standsFor(pins: readonly Pin[]) {
  const roster = await loadRoster('server/src/agents/roster');
  const settings = {
    provider: 'anthropic',
    tiers: {},
    providers: {},
    prices: {},
    failover: [],
    pins,
  };
  const env = { ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' };
  const at = new Date('2026-01-01');
  const models = await openRunModels({ settings, env, roster, at, provider: undefined, model: undefined });
  return models.provider;
}

test('a run is that of its provider, whichever agents are pinned to another: resumed, the others stay where they were', async () => {
  expect(await standsFor([])).toBe('anthropic');
  expect(await standsFor([elsewhere('code_reviewer')])).toBe('anthropic');
  expect(await standsFor(['code_reviewer', 'implementer'].map(elsewhere))).toBe('anthropic');
});
