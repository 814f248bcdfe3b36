import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { serviceConfirmation } from '../../../server/src/config/confirmations.ts';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { parseServices } from '../../../server/src/config/parseServices.ts';
import { withheldKeys } from '../../../server/src/models/withheldKeys.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const one = (server: unknown, name = 'it') => JSON.stringify({ mcpServers: { [name]: server } });
const withheld = withheldKeys({ providers: {} }, []);
const parse = (text: string) => parseServices(text, '.mcp.json', withheld);

async function load(files: Readonly<Record<string, string>>, isTrusted = true) {
  const workspace = await temporaryFolder(files);
  return await loadConfig({ workspace, env: {}, lokiHome: path.join(workspace, 'home'), isTrusted });
}

describe('a file that defines servers', () => {
  test('in the form of agents, for a program', () => {
    const { services, problems } = parse(
      one({ command: 'npx', args: ['-y', 'server', '${workspaceFolder}'], env: { TOKEN: '${env:TOKEN}', MODE: 'x' } }),
    );
    expect(problems).toEqual([]);
    expect(services).toMatchObject([
      { name: 'it', file: '.mcp.json', launch: { type: 'stdio', command: 'npx', cwd: '.', env: { MODE: 'x' } } },
    ]);
  });

  test('in the form of VS Code, with comments and trailing commas, for an address', () => {
    const text = `{
      // the servers, "in quotes"
      "servers": {
        "web": { "type": "http", "url": "https://example.org/mcp", /* a key */ "headers": { "Authorization": "Bearer \${env:KEY}" }, },
      },
      "inputs": [{ "id": "key" }],
    }`;
    const { services, problems } = parse(text);
    expect(problems).toEqual([]);
    expect(services).toMatchObject([{ name: 'web', launch: { type: 'http', url: 'https://example.org/mcp' } }]);
  });

  test('one that is switched off is not there', () => {
    expect(parse(one({ command: 'x', disabled: true }))).toEqual({ services: [], problems: [] });
  });

  test.each([
    ['{', ':1:'],
    ['[]', 'must be an object'],
    ['{"mcpServers":{},"servers":{}}', 'must be an object'],
    ['{"mcpServers":{},"other":1}', 'must be an object'],
    ['{"mcpServers":{"a":{"command":"x"},"a":{"command":"y"}}}', 'stands twice'],
    ["{mcpServers: {a: {command: 'x'}}}", 'is no JSON'],
    [one({ command: 'x', alwaysAllow: ['*'] }), '"alwaysAllow" is not known'],
    [one({ command: 'x', envFile: '.env' }), '"envFile" is not known'],
    [one({ command: '' }), 'must not be empty'],
    [one({ command: 7 }), 'must be text'],
    [one({ command: 'x', args: 'a' }), 'must be a list'],
    [one({ command: 'a\u202eb' }), 'do not show'],
    [one({ type: 'sse', url: 'https://example.org' }), 'has been replaced'],
    [one({ command: 'x', url: 'https://example.org' }), '"command" is not known'],
    [one({ command: 'x' }, 'a__b'), 'its name must'],
    [one({ command: 'x' }, 'a b'), 'its name must'],
    [one({ command: 'x' }, 'gıt'), 'its name must'],
    [one({ command: 'x', env: { KEY: '${input:key}' } }), '${env:NAME}'],
    [one({ command: '${env:SHELL}' }), 'is not known there'],
    [one({ command: 'x', args: ['${env:KEY}'] }), 'is not known there'],
    [one({ command: 'x', env: { KEY: '${file:/etc/passwd}' } }), 'is not known there'],
    [one({ command: 'x', env: { KEY: '${KEY:-default}' } }), 'is not known there'],
    [one({ type: 'http', url: 'https://${env:HOST}/' }), 'is not known there'],
  ])('%s is not used, and why is said', (text, says) => {
    const { services, problems } = parse(text);
    expect(services).toEqual([]);
    expect(problems).toEqual([expect.stringContaining(says)]);
    expect(problems[0]).toMatch(/^\.mcp\.json/);
    expect(problems[0]).not.toMatch(/\u202e/);
  });

  test.each([
    [{ command: 'x', env: { A: '${ANTHROPIC_API_KEY}' } }, 'anthropic'],
    [{ command: 'x', env: { A: 'Bearer ${env:OPENAI_API_KEY}' } }, 'openai'],
    [{ command: 'x', env: { A: '${env:anthropic_api_key}' } }, 'anthropic'],
    [{ command: 'x', env: { A: '${X:-${ANTHROPIC_API_KEY}}' } }, 'anthropic'],
    [{ command: 'x', env: { A: '${input:GEMINI_API_KEY}' } }, 'google'],
    [{ command: '${GOOGLE_API_KEY}' }, 'google'],
    [{ command: 'x', args: ['${workspaceFolder}', '--key=${AZURE_OPENAI_API_KEY'] }, 'azure'],
    [{ command: 'x', cwd: '${env:OLLAMA_API_KEY}' }, 'ollama'],
    [{ url: 'https://example.org/?key=${ANTHROPIC_API_KEY}' }, 'anthropic'],
    [{ url: 'https://example.org/', headers: { Authorization: '${GOOGLE_GENERATIVE_AI_API_KEY}' } }, 'google'],
  ])('%j would be given the key of a provider: it is not used, and what to do is said', (server, provider) => {
    const { services, problems } = parse(one(server));
    expect(services).toEqual([]);
    expect(problems).toEqual([
      expect.stringMatching(`of the model provider ${provider}, .* give the server a key of its own`),
    ]);
  });

  test('a server may call a key of its own as it likes', () => {
    const env = { ANTHROPIC_API_KEY: '${env:KEY_OF_THE_SERVER}' };
    expect(parse(one({ command: 'x', env }))).toMatchObject({ services: [{ launch: { env } }], problems: [] });
  });

  test('one that is not understood leaves the others in place', () => {
    const text = JSON.stringify({ mcpServers: { good: { command: 'x' }, bad: { command: 'x', what: 1 } } });
    expect(parse(text)).toMatchObject({ services: [{ name: 'good' }], problems: [expect.stringContaining('"bad"')] });
  });
});

describe('the servers of a project', () => {
  test('come from all three files, once where they agree', async () => {
    const config = await load({
      '.mcp.json': one({ command: 'x' }, 'a'),
      '.vscode/mcp.json': JSON.stringify({ servers: { a: { command: 'x' }, b: { command: 'y' } } }),
      '.loki/mcp.json': one({ command: 'z' }, 'c'),
    });
    expect(config.services.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(config.files.map((file) => path.basename(file.path))).toEqual(['.mcp.json', 'mcp.json', 'mcp.json']);
  });

  test.each(['a-b', 'A_B'])('that clash by name (a_b and %s) are not used', async (name) => {
    const config = await load({
      '.mcp.json': one({ command: 'x' }, 'a_b'),
      '.loki/mcp.json': one({ command: 'y' }, name),
    });
    expect(config.services).toEqual([]);
    expect(config.serviceProblems).toEqual([expect.stringContaining('clash')]);
  });

  test.each(['.mcp.json', '.vscode/mcp.json', '.loki/mcp.json'])(
    'get no key of a provider that the configuration adds (%s)',
    async (file) => {
      const config = await load({
        '.loki/config.yaml': 'models: { providers: { my-gateway: { base_url: "https://gateway.example/v1" } } }',
        [file]: one({ command: 'x', env: { A: '${MY_GATEWAY_API_KEY}' } }),
      });
      expect(config.services).toEqual([]);
      expect(config.serviceProblems).toEqual([expect.stringContaining('of the model provider my-gateway')]);
    },
  );

  test('are none where the workspace is not trusted', async () => {
    const config = await load({ '.mcp.json': one({ command: 'x' }) }, false);
    expect(config.services).toEqual([]);
  });

  test('are part of what governs a run: another definition is another configuration', async () => {
    const hashes = await Promise.all(
      [{}, { '.mcp.json': one({ command: 'x' }) }, { '.mcp.json': one({ command: 'y' }) }].map(
        async (files) => (await load(files)).hash,
      ),
    );
    expect(new Set(hashes).size).toBe(3);
  });

  test('a link that leaves the workspace is not followed', async () => {
    const outside = await temporaryFolder({ 'mcp.json': one({ command: 'x' }) });
    const workspace = await temporaryFolder();
    const { symlinkSync } = await import('node:fs');
    symlinkSync(path.join(outside, 'mcp.json'), path.join(workspace, '.mcp.json'));
    const config = await loadConfig({ workspace, env: {}, lokiHome: path.join(workspace, 'home') });
    expect(config).toMatchObject({
      services: [],
      serviceProblems: [expect.stringContaining('.mcp.json: cannot be read')],
    });
  });
});

test('every part of a launch is what the user agrees to', () => {
  const launches = [
    { command: 'x' },
    { command: 'y' },
    { command: 'x', args: ['a'] },
    { command: 'x', args: ['a', ''] },
    { command: 'x', env: { A: '1' } },
    { command: 'x', env: { A: '2' } },
    { command: 'x', cwd: 'src' },
    { type: 'http', url: 'https://example.org' },
    { type: 'http', url: 'https://example.org', headers: { A: '1' } },
  ];
  const agreed = launches.flatMap((launch) => parse(one(launch)).services.map(serviceConfirmation));
  expect(new Set(agreed.map(({ sha256 }) => sha256)).size).toBe(launches.length);
  expect(new Set(agreed.map(({ value }) => value)).size).toBe(launches.length);
});
