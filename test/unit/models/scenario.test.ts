import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Action } from '#protocol/action';
import { loadRoster } from '../../../server/src/agents/loadRoster.ts';
import { parseCall } from '../../../server/src/gateway/parseCall.ts';
import type { Turn } from '../../../server/src/models/conversation.ts';
import { loadScenario } from '../../../server/src/models/demo/loadScenario.ts';
import { nextStep } from '../../../server/src/models/demo/nextStep.ts';
import { recordedApprovals } from '../../../server/src/models/demo/recordedApprovals.ts';
import { readSample, sampleDigest } from '../../../server/src/models/demo/sample.ts';
import { parseScenario } from '../../../server/src/models/demo/scenario.ts';
import { requestWith } from './modelPermit.ts';

const assets = path.resolve('server/assets');
const header = 'name: small\nabout: a test\nsimulates: { provider: anthropic, model: claude-sonnet-4-5 }\n';
const scenario = parseScenario(
  `${header}
quotes:
  tests: { from: prompt, pattern: 'Tests run with: \`([^\`]+)\`' }
  word: { from: results, pattern: 'the word is (\\w+)' }
agents:
  implementer:
    - - { say: first, calls: [{ tool: read_file, input: { path: a } }] }
      - - { when: { result: '^good' }, say: it was good }
        - { when: { refused: true }, say: it was refused }
      - { say: 'run {{tests}}', calls: [{ tool: run_command, input: { command: '{{tests}}', list: ['{{tests}}', 1] } }] }
      - { say: 'I heard {{word}}' }
      - { calls: [{ tool: read_file, raw_input: '{broken' }] }
    - - { say: second cycle }
`,
  'small.yaml',
);

const user = (text: string): Turn => ({ role: 'user', text });
const said = (text: string): Turn => ({ role: 'assistant', text, calls: [] });
const heard = (text: string): Turn => ({
  role: 'tool',
  results: [{ callId: 'c', tool: 't', output: { kind: 'text', text } }],
});
const no: Turn = { role: 'tool', results: [{ callId: 'c', tool: 't', output: { kind: 'refused', reason: 'no' } }] };
const prompt = user('Do it.\nTests run with: `npm test`');

const plays: readonly (readonly [string, readonly Turn[], string])[] = [
  ['begins with the first step', [prompt], 'first'],
  ['chooses by what a result says', [prompt, said('first'), heard('bad\ngood')], 'it was good'],
  ['chooses by a refusal', [prompt, said('first'), no], 'it was refused'],
  ['passes over a place without a step that fits', [prompt, said('first'), heard('bad')], 'run npm test'],
  [
    'passes over a step whose quote is not there',
    [user('Do it.'), said('first'), heard('the word is hush')],
    'I heard hush',
  ],
  [
    'finds its place again after a step was passed over',
    [prompt, said('first'), heard('bad'), said('run'), heard('the word is hush')],
    'I heard hush',
  ],
];

describe('a scripted agent', () => {
  it.each(plays)('%s', (_, turns, text) => {
    expect(nextStep(scenario, requestWith({ turns })).text).toBe(text);
  });

  it('fills quotes in wherever they stand in the arguments', () => {
    const turns = [prompt, said('first'), heard('bad')];
    expect(nextStep(scenario, requestWith({ turns })).calls).toEqual([
      { tool: 'run_command', input: '{"command":"npm test","list":["npm test",1]}' },
    ]);
  });

  it('writes raw arguments as they stand', () => {
    const turns = [prompt, said('first'), heard('bad'), said('run'), heard('nothing')];
    expect(nextStep(scenario, requestWith({ turns })).calls).toEqual([{ tool: 'read_file', input: '{broken' }]);
  });

  it.each([
    ['after the last step', requestWith({ cycle: 2, turns: [prompt, said('second cycle')] })],
    ['in a cycle without a script', requestWith({ cycle: 3 })],
    ['without a part in the script', requestWith({ agent: 'gardener' })],
    ['named like a member of every object', requestWith({ agent: 'constructor' })],
  ])('finishes %s', (_, request) => {
    expect(nextStep(scenario, request).calls).toMatchObject([{ tool: 'finish' }]);
  });
});

const broken: readonly (readonly [string, string, RegExp])[] = [
  ['an unknown member', `${header}agents: {}\nspeed: 1\n`, /speed/],
  ['an unknown member of a step', `${header}agents: { a: [[{ say: x, sya: y }]] }\n`, /agents\.a/],
  ['broken YAML', `${header}agents: [\n`, /small\.yaml/],
  ['a key twice', `${header}agents: {}\nagents: {}\n`, /unique/],
  ['a quote nobody declared', `${header}agents: { a: [[{ say: '{{x}}' }]] }\n`, /"x"/],
  ['a pattern that is none', `${header}agents: { a: [[{ when: { result: '(' } }]] }\n`, /agents\.a/],
];

it.each(broken)('a scenario with %s is refused', (_, text, message) => {
  expect(() => parseScenario(text, 'small.yaml')).toThrow(message);
});

it.each(['nope', '../secrets', 'a/b', '', '.', 'A'])('"%s" is no scenario; the known ones are named', async (name) => {
  await expect(loadScenario(assets, name)).rejects.toMatchObject({
    code: 'scenario_invalid',
    message: expect.stringContaining('known: generic, sample;'),
  });
});

it.each(['sample', 'generic'])('every call of the scenario %s is one that its agent can make', async (name) => {
  const roster = await loadRoster(path.resolve('server/src/agents/roster'));
  const scenario = await loadScenario(assets, name);
  expect(Object.keys(scenario.agents).sort()).toEqual(roster.map((agent) => agent.name));
  for (const agent of roster) {
    for (const call of (scenario.agents[agent.name] ?? []).flat(2).flatMap(({ calls }) => calls)) {
      const input = 'input' in call ? call.input : null;
      const parsed = parseCall({ kind: 'call', callId: 'c', tool: call.tool, input }, agent.tools);
      expect(parsed).toMatchObject({ kind: 'action' });
    }
  }
});

describe('recorded approvals', () => {
  const edit: Action = { kind: 'file_edit', path: 'package.json', oldText: 'a', newText: 'b' };

  it('count on the bundled sample and name the script they come from', async () => {
    const sample = await loadScenario(assets, 'sample');
    const answer = recordedApprovals(sample, sampleDigest(await readSample(assets)));
    expect(answer?.(edit)).toMatchObject({ outcome: 'approved', by: `scenario sample sha256:${sample.sha256}` });
  });

  it('do not count where one byte of the sample differs', async () => {
    const sample = await loadScenario(assets, 'sample');
    const files = await readSample(assets);
    const changed = files.map(
      ([name, content]) => [name, name === 'README.md' ? `${content.toString()} ` : content] as const,
    );
    const added = [...files, ['src/extra.js', ''] as const];
    for (const other of [changed, added, files.slice(1)]) {
      expect(recordedApprovals(sample, sampleDigest(other))).toBeNull();
    }
  });

  it('answer the recorded action only', async () => {
    const sample = await loadScenario(assets, 'sample');
    const answer = recordedApprovals(sample, sample.sampleSha256 ?? '');
    const others: readonly Action[] = [
      { kind: 'file_delete', path: 'package.json' },
      { ...edit, path: './package.json' },
      { kind: 'command', command: 'npm test; id' },
      { kind: 'command', command: 'npm test', cwd: '/' },
      { kind: 'command', command: 'npm test', env: { NODE_OPTIONS: '--require=x' } },
    ];
    expect(others.map((action) => answer?.(action))).toEqual(others.map(() => null));
  });

  it('are none in a scenario that is bound to no sample', async () => {
    expect(recordedApprovals(await loadScenario(assets, 'generic'), '')).toBeNull();
  });
});
