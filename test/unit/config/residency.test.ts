import { describe, expect, it } from 'vitest';
import { Failure } from '../../../server/src/base/failure.ts';
import type { Config } from '../../../server/src/config/config.ts';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { loadConfigSync } from '../../../server/src/config/loadConfigSync.ts';
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

  it('said by a project needs the user’s agreement', async () => {
    const { confirmations } = await load({ project: says('eu') });
    expect(confirmations.map(({ key }) => key)).toEqual(['models.providers.anthropic.region']);
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
