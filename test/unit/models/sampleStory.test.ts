import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadScenario, readScenario } from '../../../server/src/models/demo/loadScenario.ts';
import { readSample, sampleDigest } from '../../../server/src/models/demo/sample.ts';
import { loadModel } from '../../../server/src/models/load.ts';
import { playAgent, type Played } from './playScenario.ts';

// The bundled stories, played on real folders with real tests: the script and the sample must fit each other.

const assets = path.resolve('server/assets');
let root = '';

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'loki-sample-'));
  for (const [name, content] of await readSample(assets)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), content);
  }
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('the sample scenario', () => {
  it('is bound to the files of the sample as they are', async () => {
    const scenario = await loadScenario(assets, 'sample');
    // When the sample was changed on purpose, this is the digest to write into sample.yaml.
    expect(scenario.sampleSha256).toBe(sampleDigest(await readSample(assets)));
  });

  it('mends the sample in two cycles at a price people can believe', async () => {
    const scenario = await loadScenario(assets, 'sample');
    const model = loadModel({ kind: 'demo', scenario });
    const played = new Map<string, Played>();
    for (const cycle of [1, 2]) {
      for (const agent of ['architect', 'implementer', 'code_reviewer', 'security_auditor']) {
        played.set(
          `${agent} ${cycle}`,
          await playAgent(model, agent, cycle, `Task:\n${scenario.task}`, root, /infrastructure/),
        );
      }
    }
    const outputs = (who: string, tool: string) =>
      played
        .get(who)
        ?.calls.filter((call) => call.tool === tool)
        .map(({ output }) => output) ?? [];
    const texts = (who: string, tool: string) => outputs(who, tool).map((output) => JSON.stringify(output));

    expect(texts('implementer 1', 'run_command')).toEqual([
      expect.stringContaining('fail 2'),
      expect.stringContaining('fail 0'),
    ]);
    expect(outputs('implementer 1', 'write_file')).toMatchObject([{ kind: 'refused' }]);
    expect(outputs('security_auditor 1', 'report_finding')).toHaveLength(1);
    expect(texts('implementer 2', 'run_command')).toEqual([expect.stringMatching(/pass 8.*fail 0/s)]);
    expect([...played.values()].flatMap(({ calls }) => calls).filter(({ output }) => output.kind === 'error')).toEqual(
      [],
    );
    const found = played.get('security_auditor 1')?.calls.find(({ tool }) => tool === 'report_finding')?.input;
    expect(found).toMatchObject({ path: 'src/cart.js', line: 7 });
    expect(JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))).toMatchObject({ version: '1.0.1' });

    const usages = [...played.values()].flatMap((part) => part.usages);
    const dollars = usages.reduce((sum, usage) => sum + ((usage?.input ?? 0) * 3 + (usage?.output ?? 0) * 15) / 1e6, 0);
    expect(dollars).toBeGreaterThan(0.05);
    expect(dollars).toBeLessThan(0.3);
  });

  it('plays on in a new process where it stopped: only the conversation counts', async () => {
    const scenario = await loadScenario(assets, 'sample');
    const once = await playAgent(loadModel({ kind: 'demo', scenario }), 'architect', 1, 'Task', root, /infrastructure/);
    const again = await playAgent(
      loadModel({ kind: 'demo', scenario }),
      'architect',
      1,
      'Task',
      root,
      /infrastructure/,
    );
    expect(again).toEqual(once);
  });
});

describe('the generic scenario', () => {
  it.each([
    [
      'runs the tests that the prompt names',
      'Task:\nx\n\nTests run with: `npm test`',
      ['write_file', 'git_commit', 'write_file', 'run_command', 'finish'],
    ],
    ['runs nothing where the prompt names no tests', 'Task:\nx', ['write_file', 'git_commit', 'write_file', 'finish']],
  ])('%s', async (_, opening, tools) => {
    const scenario = await loadScenario(assets, 'generic');
    const { calls } = await playAgent(
      loadModel({ kind: 'demo', scenario }),
      'implementer',
      1,
      opening,
      root,
      /^\.loki/,
    );
    expect(calls.map(({ tool }) => tool)).toEqual(tools);
    expect(calls.filter(({ output }) => output.kind === 'refused').map(({ input }) => input)).toMatchObject([
      { path: '.loki/config.yaml' },
    ]);
  });
});

it('the scenarios of the golden transcripts can be read and belong to the sample', async () => {
  const folder = path.resolve('test/scenario/scenarios');
  const digest = sampleDigest(await readSample(assets));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  expect(names.length).toBeGreaterThanOrEqual(8);
  for (const name of names) {
    const scenario = await readScenario(path.join(folder, name));
    // One that is played in any repository carries no recorded answers, and none of the sample's digest.
    expect([`${scenario.name}.yaml`, scenario.sampleSha256 ?? digest]).toEqual([name, digest]);
  }
});
