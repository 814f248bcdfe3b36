import { describe, expect, it } from 'vitest';
import { Failure } from '../../../server/src/base/failure.ts';
import type { Config } from '../../../server/src/config/config.ts';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { loadConfigSync } from '../../../server/src/config/loadConfigSync.ts';
import { resolveRegion } from '../../../server/src/models/endpoint.ts';
import { judgeModelCall } from '../../../server/src/policy/residency.ts';
import { checkProviderIn } from '../../../server/src/runs/checkProvider.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

interface Given {
  readonly project?: string;
  readonly user?: string;
  readonly managed?: string;
  readonly older?: string;
  readonly env?: NodeJS.ProcessEnv;
}

async function placesFor({ project, user, managed, older, env = {} }: Given) {
  const folder = await temporaryFolder({
    'workspace/.loki/': '',
    'home/': '',
    ...(project === undefined ? {} : { 'workspace/.loki/config.yaml': project }),
    ...(older === undefined ? {} : { 'workspace/.loki/residency.json': older }),
    ...(user === undefined ? {} : { 'home/config.yaml': user }),
    ...(managed === undefined ? {} : { 'managed.yaml': managed }),
  });
  const named = managed === undefined ? {} : { LOKI_MANAGED_CONFIG: `${folder}/managed.yaml` };
  return { workspace: `${folder}/workspace`, lokiHome: `${folder}/home`, env: { ...env, ...named } };
}

async function load(given: Given): Promise<Config> {
  return await loadConfig(await placesFor(given));
}

async function failureOf(given: Given): Promise<string> {
  return await load(given).then(
    () => 'no failure',
    (error: unknown) => (error instanceof Failure ? `${error.code} ${error.message}` : String(error)),
  );
}

/** Which of some pairs of provider and region may be asked. */
async function allowedIn(given: Given, pairs: readonly (readonly [string, string | null])[]): Promise<boolean[]> {
  const config = await load(given);
  return pairs.map(([provider, region]) => checkProviderIn(config, given.env ?? {}, provider, region));
}

const seed = 'residency:\n  allowed_providers: [anthropic, openai]\n  allowed_regions: [us, eu]\n  air_gapped: false\n';

describe('residency.json of the older tool', () => {
  const bare = '{ "allowed_providers": ["anthropic"], "allowed_regions": ["eu"], "air_gapped": false }';

  it.each([
    ['as the section alone', bare],
    ['with the section around it', `{ "residency": ${bare} }`],
  ])('counts %s, beside the configuration', async (_, older) => {
    const pairs = [
      ['anthropic', 'eu'],
      ['anthropic', 'us'],
      ['openai', 'eu'],
    ] as const;
    expect(await allowedIn({ older }, pairs)).toEqual([true, false, false]);
    expect(await allowedIn({ older, project: seed }, pairs)).toEqual([true, false, false]);
    expect(await allowedIn({ older: '{"air_gapped": true}', project: seed }, pairs)).toEqual([false, false, false]);
  });

  it.each([
    ['broken JSON', '{ "allowed_providers": ['],
    ['an unknown key', '{ "allowed_provider": ["anthropic"] }'],
    ['a wrong type', '{ "air_gapped": "no" }'],
    ['something else', '{ "residency": {}, "scope": {} }'],
    ['nothing', '{}\n'.replace('{}', '[]')],
    ['no text', ''],
  ])('that is %s refuses everything', async (_, older) => {
    expect(await failureOf({ older })).toMatch(/^config_invalid [^]*residency\.json/);
  });
});

it.each([
  'residency: { air_gapped: yes please }\n',
  'residency: { allowed_providers: anthropic }\n',
  'residency: { allowed_regions: [7] }\n',
  'residency: { airgapped: true }\n',
  'residency:\n',
])('a malformed section refuses everything: %j', async (project) => {
  expect(await failureOf({ project })).toMatch(/^config_invalid/);
});

describe('the region of a provider', () => {
  const regionIn = async (given: Given): Promise<string | null> =>
    (await load(given)).models.providers['anthropic']?.region ?? null;
  const says = (region: string, more = ''): string =>
    `models: { providers: { anthropic: { region: ${region}${more} } } }\n`;
  const at = ', base_url: "https://gate.example/v1"';

  it.each([
    ['of the usual address', { project: says('us') }, 'us'],
    ['of the address beside it', { project: says('us', at) }, 'us'],
    ['of the usual address, where a higher tier moves it', { project: says('us'), user: says('eu', at) }, 'eu'],
    [
      'of another address than the one that counts',
      {
        project: says('us', at),
        user: 'models: { providers: { anthropic: { base_url: "https://other.example" } } }\n',
      },
      null,
    ],
    [
      'below a tier that restricts regions',
      { project: says('eu'), managed: 'residency: { allowed_regions: [eu] }\n' },
      null,
    ],
    ['by the tier that restricts regions', { managed: `${says('eu')}residency: { allowed_regions: [eu] }\n` }, 'eu'],
  ] as const)('said %s', async (_, given, expected) => {
    expect(await regionIn(given)).toBe(expected);
  });

  it('said by a project needs the user’s agreement, for each address anew', async () => {
    const { confirmations } = await load({ project: says('eu') });
    expect(confirmations.map(({ key }) => key)).toEqual(['models.providers.anthropic.region']);
    const elsewhere = await load({ project: says('eu', at) });
    const claims = [...confirmations, ...elsewhere.confirmations].filter(({ key }) => key.endsWith('.region'));
    expect(new Set(claims.map(({ sha256 }) => sha256)).size).toBe(2);
  });
});

describe('what a provider’s name stands for', () => {
  const managed = 'residency: { allowed_providers: [anthropic, gate] }\n';
  const gate = 'models: { providers: { gate: { base_url: "https://gate.example/v1" } } }\n';

  it('is said by the tier that lists it or by one above, never by one below', async () => {
    expect(await allowedIn({ managed, project: gate }, [['gate', null]])).toEqual([false]);
    expect(await allowedIn({ managed, user: gate }, [['gate', null]])).toEqual([false]);
    expect(await allowedIn({ managed: managed + gate }, [['gate', null]])).toEqual([true]);
    const env = { ANTHROPIC_BASE_URL: 'https://gate.example' };
    expect(await allowedIn({ managed, env }, [['anthropic', null]])).toEqual([false]);
    expect(await allowedIn({ managed }, [['anthropic', null]])).toEqual([true]);
  });
});

describe('the host that a provider’s name stands for', () => {
  const managed = 'residency: { allowed_providers: [anthropic, openai, gate] }\n';
  const gateAt = (address: string): string => `models: { providers: { gate: { base_url: "${address}" } } }\n`;

  it.each([
    ['https://api.anthropic.com', true],
    ['https://api.anthropic.com.:443', true],
    ['http://api.anthropic.com', false],
    ['http://api.anthropic.com:443', false],
    ['https://api.anthropic.com:8443', false],
    ['https://api.anthropic.com.evil.example', false],
    ['https://api.\u0430nthropic.com', false],
  ])('is its own over TLS at the usual port alone: %s', async (address, isAllowed) => {
    const env = { ANTHROPIC_BASE_URL: address };
    expect(await allowedIn({ managed, env }, [['anthropic', null]])).toEqual([isAllowed]);
  });

  it('is the configured one at the configured port, also where it is an address', async () => {
    const gate = [['gate', null]] as const;
    for (const address of [
      'https://gate.example',
      'http://[fd00::1]/v1',
      'http://[fd00::1]:8000/v1',
      'http://10.0.0.5',
    ]) {
      expect(await allowedIn({ managed: managed + gateAt(address) }, gate)).toEqual([true]);
    }
    const { policy } = await load({ managed: managed + gateAt('https://gate.example') });
    const call = { kind: 'model_call', provider: 'gate', model: 'm' } as const;
    const decisions = ['https://gate.example/v1', 'https://gate.example:8443/v1', 'http://gate.example/v1'].map(
      (endpoint) => judgeModelCall({ ...call, endpoint }, policy).map(({ decision }) => decision),
    );
    expect(decisions).toEqual([['ALLOW'], ['DENY'], ['DENY']]);
  });

  it('promises its region over TLS at the usual port alone', () => {
    const settings = { provider: null, tiers: {}, providers: {}, prices: {}, failover: [], pins: [] };
    const regions = [
      'https://eu.api.openai.com/v1',
      'http://eu.api.openai.com/v1',
      'https://eu.api.openai.com:8443/v1',
      'https://constructor/v1',
    ].map((address) => resolveRegion('openai', address, settings));
    expect(regions).toEqual(['eu', null, null, null]);
  });
});

describe('a model of Ollama’s cloud, which the server on this machine passes on', () => {
  it.each([
    ['air_gapped: true', 'gpt-oss:120b-cloud', 'DENY'],
    ['air_gapped: true', 'glm-4.6:cloud', 'DENY'],
    ['air_gapped: true', 'gpt-oss:20b', 'ALLOW'],
    ['air_gapped: true', 'cloud:latest', 'ALLOW'],
    ['allowed_regions: [eu]', 'gpt-oss:120b-cloud', 'DENY'],
    ['allowed_regions: [eu]', 'gpt-oss:20b', 'ALLOW'],
  ])('with %s: %s', async (section, model, decision) => {
    const { policy } = await load({ managed: `residency: { ${section} }\n` });
    const endpoint = 'http://127.0.0.1:11434/v1';
    const answers = judgeModelCall({ kind: 'model_call', provider: 'ollama', model, endpoint, region: 'eu' }, policy);
    expect(answers.map((answer) => answer.decision)).toEqual([decision]);
  });
});

it.each(['Anthropic', 'OPENAI', 'anthropic_'])(
  'a provider that would be given the key of another (%s) is refused',
  async (name) => {
    const project = `models: { providers: { ${name}: { base_url: "https://evil.example/v1" } } }\n`;
    const failure = await failureOf({ project });
    if (name === 'anthropic_') expect(failure).toBe('no failure');
    else expect(failure).toMatch(/^config_invalid [^]*config\.yaml:1: .*_API_KEY/);
  },
);

it.each(['https://me:hunter2@gate.example/v1', 'https://gate.example/v1?key=hunter2', 'https://gate.example/#hunter2'])(
  'an address that carries a password is refused before anybody is shown it: %s',
  async (address) => {
    const failure = await failureOf({ project: `models: { providers: { gate: { base_url: "${address}" } } }\n` });
    expect(failure).toMatch(/^config_invalid [^]*without user name/);
    expect(failure).not.toContain('hunter2');
  },
);

it('a name that an own provider of another tier has in other letters is refused', async () => {
  const gate = (name: string) => `models: { providers: { ${name}: { base_url: "https://gate.example/v1" } } }\n`;
  expect(await failureOf({ user: gate('my-gate'), project: gate('my_gate') })).toMatch(/MY_GATE_API_KEY/);
  expect(await failureOf({ user: gate('my-gate'), project: gate('my-gate') })).toBe('no failure');
});

it('the demo provider cannot stand in for a model', async () => {
  expect(await failureOf({ project: 'models: { failover: [openai, demo] }\n' })).toMatch(/^config_invalid .*script/s);
});

describe('without a promise', () => {
  it('the very same configuration is read', async () => {
    const places = await placesFor({ project: seed });
    expect(loadConfigSync(places)).toEqual({ kind: 'loaded', config: await loadConfig(places) });
  });

  it('a broken one is told as broken', async () => {
    const places = await placesFor({ project: 'residency: 7\n' });
    expect(loadConfigSync(places)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('residency') as string,
    });
  });
});

it('pairs of provider and region are judged as those of a request', async () => {
  const pairs = [
    ['anthropic', 'us'],
    ['Anthropic', 'EU'],
    ['anthropic', 'cn'],
    ['anthropic', null],
    ['google', 'us'],
    ['nobody', 'us'],
    ['demo', null],
  ] as const;
  expect(await allowedIn({ project: seed }, pairs)).toEqual([true, true, false, false, false, false, true]);
  expect(await allowedIn({}, pairs)).toEqual([true, true, true, true, true, true, true]);
  expect(
    await allowedIn({ project: 'residency: { air_gapped: true }\n' }, [
      ['anthropic', 'us'],
      ['ollama', null],
    ]),
  ).toEqual([false, true]);
});

it('a name in other letters is the same provider, at the same address', async () => {
  const env = { ANTHROPIC_BASE_URL: 'https://evil.example' };
  const pairs = [
    ['anthropic', 'us'],
    ['Anthropic', 'us'],
    [' ANTHROPIC ', 'us'],
    ['Ollama', 'us'],
  ] as const;
  expect(await allowedIn({ project: seed, env }, pairs)).toEqual([false, false, false, false]);
  expect(await allowedIn({ project: 'residency: { air_gapped: true }\n', env }, pairs)).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

it('a proxy that nobody can read is no exception, and lets nothing through where it matters', async () => {
  const env = { HTTPS_PROXY: 'http://me:100%@proxy.example:3128' };
  expect(await allowedIn({ project: seed, env }, [['anthropic', 'us']])).toEqual([false]);
  expect(await allowedIn({ env }, [['anthropic', 'us']])).toEqual([true]);
  expect(await allowedIn({ env: { HTTPS_PROXY: 'socks5://x' } }, [['anthropic', 'us']])).toEqual([false]);
});
