import path from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../server/src/base/clock.ts';
import type { CliContext } from '../../../server/src/cli/command.ts';
import { makeDoctorCommand } from '../../../server/src/cli/doctor.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

interface Check {
  readonly name: string;
  readonly state: string;
  readonly detail: string;
}

/** What doctor says of a configuration, and its exit code where nothing but the named check is bad. */
async function examine(
  config: string,
  name: string,
  env: NodeJS.ProcessEnv = {},
  files: Readonly<Record<string, string>> = {},
) {
  const folder = await temporaryFolder({ 'project/.loki/config.yaml': config, ...files });
  const workspace = path.join(folder, 'project');
  const server = path.resolve('server');
  let out = '';
  const ctx: CliContext = {
    env,
    cwd: workspace,
    stdin: process.stdin,
    print: (text) => (out += text),
    tell: () => undefined,
    isInteractive: false,
    printsToTerminal: false,
    signal: new AbortController().signal,
  };
  const command = makeDoctorCommand({
    env: { PATH: process.env['PATH'], ...env },
    lokiHome: path.join(folder, 'home'),
    assetsFolder: path.join(server, 'assets'),
    rosterFolder: path.join(server, 'src', 'agents', 'roster'),
    clock: systemClock,
    person: 'os:ann',
    demoPaceMs: 0,
  });
  const code = await command.run(['--json'], ctx);
  const { checks } = JSON.parse(out) as { readonly checks: readonly Check[] }; // Compared below.
  expect(code).toBe(checks.some(({ state }) => state === 'bad') ? 1 : 0);
  const { state, detail } = checks.find((check) => check.name === name) ?? { state: 'missing', detail: '' };
  return { state, detail };
}

const key = { ANTHROPIC_API_KEY: 'test-key' };

test.each<[config: string, name: string, state: string, says: string, env?: NodeJS.ProcessEnv]>([
  ['gates: {}', 'gates', 'good', 'default: tests, secrets'],
  ['gates: { profile: nope }', 'gates', 'bad', 'there is no gate profile called "nope"'],
  ['models: { provider: nope }', 'models', 'bad', 'there is no provider "nope"'],
  ['models: { provider: anthropic }', 'models', 'warning', 'no key for anthropic'],
  ['models: { provider: anthropic }', 'models', 'good', 'anthropic, claude-', key],
  [
    '{ models: { provider: anthropic }, residency: { air_gapped: true } }',
    'models',
    'bad',
    'residency in the configuration refuses it',
    key,
  ],
  ['models: { provider: vscode }', 'models', 'bad', 'can be asked from VS Code only'],
  ['models: { provider: demo }', 'models', 'good', 'demo (a scripted model)'],
  ['models: { provider: ollama }', 'models', 'warning', 'no default model'],
  [
    'models: { provider: anthropic, tiers: { balanced: unheard-of } }',
    'models',
    'bad',
    'the price of unheard-of (anthropic) is not known',
    key,
  ],
  ['{}', 'models', 'warning', 'no provider is set up'],
  ['run: { max_cycles: 0 }', 'configuration', 'bad', 'must be a whole number from 1 to 100'],
  ['run: { max_cycles: 0 }', 'models', 'missing', ''],
])('doctor on %j: %s is %s', async (config, name, state, says, env = {}) => {
  expect(await examine(config, name, env)).toEqual({ state, detail: expect.stringContaining(says) });
});

test.each([
  ['{}', '{"mcpServers":{"a":{"command":"x"}}}', 'warning', 'a (.mcp.json): not agreed to yet'],
  ['scope: { denied_services: ["a:*"] }', '{"mcpServers":{"a":{"command":"x"}}}', 'good', 'denied by denied_services'],
  ['{}', '{"mcpServers":{"a":{"command":"x","what":1}}}', 'warning', '"what" is not known'],
  ['{}', '{"mcpServers":{}}', 'missing', ''],
])('doctor on %j with MCP servers %s: %s', async (config, servers, state, says) => {
  const found = await examine(config, 'MCP servers', {}, { 'project/.mcp.json': servers });
  expect(found).toEqual({ state, detail: expect.stringContaining(says) });
});
