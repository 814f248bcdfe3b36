import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAction } from '../../../../server/src/tools/services/settings.ts';
import { permitFor } from '../../permitFor.ts';
import { never, openService, settingsOf, startService } from './aService.ts';

const token = 'tk-7fQ2xLw9vB4n';

const key = 'sk-ant-0123456789abcdef';
const keys = {
  LOKI_KEY: 'x',
  ANTHROPIC_API_KEY: `${key}\n`,
  OPENAI_API_KEY: 'sk-0123456789abcdef',
  ALSO_KEY: key,
  IN_A_TEXT: `key=${key};`,
  OLLAMA_API_KEY: 'none',
  ALSO_SHORT: 'none',
};

// Starting a server takes a second, so those tests that leave it as it was share one.
const env = { TOKEN_OF_MINE: token, ANTHROPIC_API_KEY: 'sk-ant-secret', OTHER: 'other' };
const shared = openService({ env, launch: { env: { TOKEN: '${env:TOKEN_OF_MINE}', MODE: 'x' } }, callMs: 1500 });
const { services, call } = shared;
beforeAll(async () => {
  await shared.start();
}, 30_000);
afterAll(async () => await shared.close());

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

describe('a server that starts', () => {
  test('offers its tools, under names of their own, and answers only once it is accepted', async () => {
    const fresh = await startService({ isAccepted: false });
    expect(fresh.started).toMatchObject({ kind: 'done', text: '12 tools', connections: [] });
    expect(fresh.services.tools()).toEqual([]);
    expect(await fresh.call('echo', { text: 'a' })).toMatchObject({ kind: 'failed' });
    fresh.services.accept('it');
    expect(fresh.services.tools().map(({ name }) => name)).toContain('mcp__it__echo');
    expect(fresh.services.tools()[0]?.description).toContain('MCP server "it"');
    expect(await fresh.call('echo', { text: 'a' })).toMatchObject({ kind: 'done' });
    expect(await fresh.call('no_such_tool')).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('no tool'),
    });
  });

  test('is another one when its definition is not the one that was agreed to', async () => {
    const other = startAction(settingsOf({ mode: 'changed' }));
    expect(await services.start(permitFor(other), never)).toMatchObject({ kind: 'failed' });
  });

  test('has another identity when it describes itself differently', async () => {
    const after = await startService({ mode: 'changed' });
    expect(after.services.listing('it')?.digest).not.toBe(services.listing('it')?.digest);
  });
});

describe('a server that does not behave from the start', () => {
  test.each([
    ['dies', 'no licence found'],
    ['flood', 'more than 8 MiB'],
  ])('%s', async (mode, says) => {
    const { started, services } = await startService({ mode });
    expect(started).toMatchObject({ kind: 'failed', reason: expect.stringContaining(says) });
    expect(services.listing('it')).toBeNull();
  });

  test('never answers: it is given up and gone', async () => {
    const { started } = await startService({ mode: 'mute', startMs: 300 });
    expect(started).toMatchObject({ kind: 'failed', reason: expect.stringContaining('timed out') });
  });

  test('prints garbage: that is passed over', async () => {
    const { started, call, services: garbled } = await startService({ mode: 'garbage' });
    expect(started.kind).toBe('done');
    expect(garbled.listing('it')?.digest).toBe(services.listing('it')?.digest);
    expect(await call('echo', { text: 'a' })).toMatchObject({
      kind: 'done',
      text: expect.stringContaining('{"text":"a"}'),
    });
  });

  test('a program that is not there is told', async () => {
    const { started } = await startService({ launch: { command: '/no/such/program' } });
    expect(started).toMatchObject({ kind: 'failed', reason: expect.stringContaining('ENOENT') });
  });

  test('a start that is cancelled ends at once', async () => {
    const stop = new AbortController();
    const starting = startService({ mode: 'mute' }, stop.signal);
    stop.abort();
    await expect(starting).rejects.toThrow();
  });
});

test('odd names and schemas are left out, hidden text is shown, and the rest is offered', async () => {
  const { services } = await startService({ mode: 'odd' });
  const listing = services.listing('it');
  const names = listing?.tools.map(({ tool }) => tool) ?? [];
  expect(names).toContain('hidden');
  for (const refused of ['read_file', 'read-file', 'pay\u202epal', 'ünicode', 'slow', 'elsewhere']) {
    expect(names).not.toContain(refused);
  }
  expect(listing?.tools.find(({ tool }) => tool === 'hidden')?.description).toContain(
    'Adds\\u{200b} numbers\\u{e0041}\\u{e0042}',
  );
  expect(listing?.problems).toHaveLength(7);
  expect(listing?.problems.join('\n')).toContain('pay\\u{202e}pal');
  expect(listing?.problems.join('\n')).not.toMatch(/\u202e/);
});

describe('what is sent', () => {
  test.each([
    [{}, "must have required property 'text'"],
    [{ text: 7 }, 'must be string'],
    [{ text: 'x'.repeat(21) }, 'must NOT have more than 20 characters'],
  ])('%j does not fit the schema and is not sent', async (args, says) => {
    const tool = services.tools().find(({ name }) => name === 'mcp__it__echo');
    expect(tool?.toAction(args)).toMatchObject({ kind: 'invalid', problem: expect.stringContaining(says) });
    expect(await call('echo', args)).toMatchObject({ kind: 'failed', reason: expect.stringContaining(says) });
  });

  test('only what the definition names of the environment reaches a server', async () => {
    const outcome = await call('environment');
    expect(outcome).toMatchObject({ kind: 'done', text: expect.stringContaining('"MODE":"x"') });
    expect(JSON.stringify(outcome)).not.toMatch(/sk-ant-secret|OTHER|tk-7f/);
  });

  test.each([
    ['${env:NOT_SET}', 'NOT_SET, which is not set'],
    ['${LOKI_KEY}', 'none of its own settings'],
    ['${ANTHROPIC_API_KEY}', 'a key of its own, in a variable of another name'],
    ['Bearer ${env:OPENAI_API_KEY}', 'a key of its own, in a variable of another name'],
    ['${env:ALSO_KEY}', 'the very key of the model provider anthropic'],
    ['Bearer ${env:ALSO_KEY}', 'the very key of the model provider anthropic'],
    ['${env:IN_A_TEXT}', 'the very key of the model provider anthropic'],
    ['${env:ALSO_SHORT}', 'the very key of the model provider ollama'],
    [key, 'the very key of the model provider anthropic'],
  ])('a server that refers to %s does not start', async (value, says) => {
    const { started } = await startService({ env: keys, launch: { env: { A: value } } });
    expect(started).toMatchObject({ kind: 'failed', reason: expect.stringContaining(says) });
    expect(JSON.stringify(started)).not.toContain(key);
  });

  test.each([{ args: [`--key=${key}`] }, { command: `/bin/${key}` }, { cwd: key }])(
    'a server with the key of a provider written into its launch does not start (%#)',
    async (launch) => {
      const { started } = await startService({ env: keys, launch });
      expect(started).toMatchObject({ kind: 'failed', reason: expect.stringContaining('the very key') });
    },
  );

  test.each([
    { type: 'http', url: `http://127.0.0.1:9/?key=${key}`, headers: {} } as const,
    { type: 'http', url: 'http://127.0.0.1:9/', headers: { Authorization: 'Bearer ${env:ALSO_KEY}' } } as const,
  ])('an address is not asked with the key of a provider (%#)', async (launch) => {
    const { started } = await startService({ env: keys, launch });
    expect(started).toMatchObject({ kind: 'failed', reason: expect.stringContaining('the very key') });
  });

  test('a word that is the key of a local server by chance keeps nobody away', async () => {
    const { started } = await startService({ env: keys, launch: { env: { MODE: 'none of these' } } });
    expect(started).toMatchObject({ kind: 'done' });
  });
});

describe('what comes back', () => {
  test('is marked as a stranger’s', async () => {
    expect(await call('echo', { text: 'a' })).toMatchObject({
      text: expect.stringMatching(/^\[from the MCP server "it"; a stranger/),
    });
  });

  test.each(['token', 'complain'])('does not carry the secret that the server was given (%s)', async (tool) => {
    const outcome = JSON.stringify(await call(tool));
    expect(outcome).toContain('redacted');
    expect(outcome).not.toContain(token);
    expect(outcome).not.toContain(Buffer.from(token).toString('base64'));
    expect(outcome).not.toMatch(/\u202e/);
  });

  test('is cut when it is huge', async () => {
    const outcome = await call('big');
    const text = outcome.kind === 'done' ? outcome.text : '';
    expect(text).toContain('characters left out');
    expect(text.length).toBeLessThan(51_000);
  });

  test('shows no pictures', async () => {
    expect(await call('picture')).toMatchObject({
      text: expect.stringContaining('[image of type image/png, 6 bytes: not shown]'),
    });
  });

  test('a tool that never answers is given up', async () => {
    expect(await call('silence')).toMatchObject({ kind: 'failed', reason: expect.stringContaining('timed out') });
    expect(await call('echo', { text: 'a' })).toMatchObject({ kind: 'done' });
  });

  test('a call that is cancelled rejects at once', async () => {
    const stop = new AbortController();
    const asking = call('silence', {}, stop.signal);
    stop.abort();
    await expect(asking).rejects.toThrow();
  });

  test('a server that dies says so, now and later', async () => {
    const { call } = await startService();
    expect(await call('die')).toMatchObject({ kind: 'failed', reason: expect.stringContaining('exit code 1') });
    expect(await call('echo', { text: 'a' })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('exit code 1'),
    });
  });
});

test('what a server does to names that govern agents is undone, told, and ends it', async () => {
  const { call, workspace, quarantine } = await startService();
  expect(await call('meddle')).toMatchObject({ kind: 'failed', quarantined: ['.claude'] });
  expect(existsSync(path.join(workspace, '.claude'))).toBe(false);
  expect(readdirSync(quarantine)).toHaveLength(1);
  expect(await call('echo', { text: 'a' })).toMatchObject({ kind: 'failed' });
});

test('what a server plants after it has answered is undone before anything else uses it, and ends it', async () => {
  const { call, services, workspace } = await startService();
  expect(await services.undo()).toEqual([]);
  expect(await call('plant')).toMatchObject({ kind: 'done' });
  writeFileSync(path.join(workspace, 'answered'), '');
  await expect.poll(() => existsSync(path.join(workspace, 'planted'))).toBe(true);
  expect(await services.undo()).toEqual(['.claude']);
  expect(existsSync(path.join(workspace, '.claude'))).toBe(false);
  expect(services.tools()).toEqual([]);
});

test('closing ends a server with everything that it has started', async () => {
  const { call, services } = await startService();
  const outcome = await call('fork');
  const pid = Number(/pid (\d+)/.exec(outcome.kind === 'done' ? outcome.text : '')?.[1]);
  expect(isAlive(pid)).toBe(true);
  await services.close();
  expect(isAlive(pid)).toBe(false);
});
