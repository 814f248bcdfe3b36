import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { RunEvent } from '#protocol/run';
import { costReport } from '../../server/src/cost/report.ts';
import { nobody } from '../../server/src/gateway/approver.ts';
import { copySample } from '../../server/src/runs/copySample.ts';
import { startRun } from '../../server/src/runs/startRun.ts';
import { testWorld } from '../scenario/play.ts';
import { startAnthropicServer } from './anthropicServer.ts';
import { startOpenaiServer } from './openaiServer.ts';
import type { WirePart, WireServer, WireTurn } from './wireScript.ts';

// A whole task on a real repository over each provider's own wire format: what the server counted is what the ledger has.

const edit = {
  path: 'src/cart.js',
  old_text: 'sum += item.priceCents;',
  new_text: 'sum += item.priceCents * item.quantity;',
};

/** Each agent is known by a phrase of its role. */
const parts: readonly WirePart[] = [
  {
    match: /You plan the work/,
    turns: [
      says('I look first.', ['list_files', { path: '.' }], ['read_file', { path: 'src/cart.js' }]),
      says('', ['finish', { summary: 'Multiply price and quantity in src/cart.js.' }]),
    ],
  },
  {
    match: /You carry out the plan/,
    turns: [
      says('The edit, and the tests.', ['edit_file', edit], ['run_command', { command: 'npm test' }]),
      says('One more try.', ['write_file', { path: 'infrastructure/x.yaml', content: 'a: 1' }]),
      says('', ['git_commit', { message: 'Count every piece' }], ['finish', { summary: 'Done.' }]),
    ],
  },
  {
    match: /You review the change for correctness/,
    turns: [says('', ['git_diff', {}]), says('', ['finish', { summary: 'Nothing to report.' }])],
  },
  {
    match: /You review the change as an attacker/,
    turns: [says('', ['git_diff', {}]), says('', ['finish', { summary: 'Nothing to exploit.' }])],
  },
];

function says(text: string, ...calls: readonly (readonly [tool: string, input: object])[]): WireTurn {
  return { kind: 'answer', text, calls: calls.map(([tool, input]) => ({ tool, input })) };
}

interface Wire {
  readonly provider: string;
  readonly start: (parts: readonly WirePart[]) => Promise<WireServer>;
  readonly env: (baseUrl: string) => Readonly<Record<string, string>>;
  readonly model: string;
}

const wires: readonly Wire[] = [
  {
    provider: 'anthropic',
    start: startAnthropicServer,
    env: (baseUrl) => ({ ANTHROPIC_API_KEY: 'sk-ant-test-key-0123456789', ANTHROPIC_BASE_URL: baseUrl }),
    model: 'claude-sonnet-4-5',
  },
  {
    provider: 'openai',
    start: startOpenaiServer,
    env: (baseUrl) => ({ OPENAI_API_KEY: 'sk-test-key-0123456789', OPENAI_BASE_URL: baseUrl }),
    model: 'gpt-5.1',
  },
];

test.each(wires)('a task over the wire format of $provider, counted alike on both sides', async (wire) => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'loki-wire-'));
  const server = await wire.start(parts);
  const world = testWorld(home, wire.env(server.baseUrl));
  const workspace = await copySample(world.assetsFolder);
  const events: RunEvent[] = [];
  try {
    const result = await startRun(
      world,
      {
        workspace,
        task: 'Make the totals right',
        provider: wire.provider,
        model: wire.model,
        includeChanges: false,
        isTrusted: false,
      },
      { approver: nobody, tell: (event) => events.push(event) },
      new AbortController().signal,
    );
    expect(result).toMatchObject({ status: 'finished', verdict: 'VERIFIED', simulated: false });
    expect(result.filesChanged).toEqual(['src/cart.js']);
    const refused = events.filter((event) => event.type === 'action' && event.state === 'refused');
    expect(refused.map((event) => event.type === 'action' && event.title)).toEqual(['write infrastructure/x.yaml']);

    const counted = server.requests.map(({ usage }) => usage);
    const input = counted.reduce((sum, usage) => sum + usage.input, 0);
    const output = counted.reduce((sum, usage) => sum + usage.output, 0);
    expect(result.tokens).toEqual({ input, output });
    const report = costReport(home, { by: 'provider', project: workspace });
    expect(report.rows).toMatchObject([
      { key: wire.provider, simulated: false, inputTokens: input, outputTokens: output, calls: counted.length },
    ]);
    expect(report.totalUsd).toBeCloseTo(result.costUsd, 9);
    expect(result.costUsd).toBeGreaterThan(0);

    const log = await readFile(path.join(workspace, '.loki/audit/audit.jsonl'), 'utf8');
    expect(log).not.toContain('test-key-0123456789');
    expect(execFileSync('git', ['status', '--porcelain'], { cwd: workspace, encoding: 'utf8' })).not.toMatch(/src\//);
  } finally {
    await server.close();
    await rm(workspace, { recursive: true, force: true });
    await rm(home, { recursive: true, force: true });
  }
});
