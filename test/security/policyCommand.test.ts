import { readdir, readFile, writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { action } from '#protocol/action';
import type { CliContext } from '../../server/src/cli/command.ts';
import { policyCommand } from '../../server/src/cli/policy.ts';
import { makeSpace, removeSpace, type Space } from '../unit/policy/fixtures.ts';

let space: Space;

beforeAll(async () => {
  space = await makeSpace({
    files: {
      '.loki/config.yaml': 'scope:\n  denied_paths:\n    - secrets\n  allowed_commands: [cat, npm test]\n',
      'secrets/key': 'k',
      'src/a.ts': 'a',
    },
    outside: { 'keep.txt': 'keep' },
    links: { out: '../outside' },
  });
});
afterAll(async () => {
  await removeSpace(space);
});

async function run(
  args: readonly string[],
  input = '',
  workspace = space.workspace,
  print: (text: string) => void = () => undefined,
) {
  const stdin = new PassThrough();
  stdin.end(input);
  let out = '';
  const ctx: CliContext = {
    env: { LOKI_HOME: path.join(space.base, 'home') },
    cwd: workspace,
    stdin: stdin as unknown as NodeJS.ReadStream, // Only what every readable stream has is used.
    print: (text) => {
      out += text;
      print(text);
    },
    tell: () => {},
    isInteractive: false,
    printsToTerminal: false,
    signal: new AbortController().signal,
  };
  const command = policyCommand({
    scan: { find: async () => ({ rules: [], hasMarker: false }) },
    isConfined: async () => true,
    remoteRoutes: async () => null,
  });
  const code = await command.run(args, ctx);
  return { code, out };
}

/** What is printed before the command fails, and how it fails. */
async function failing(args: readonly string[], input: string, workspace: string) {
  const printed: string[] = [];
  const failure = await run(args, input, workspace, (text) => printed.push(text)).then(
    () => 'no failure',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return { out: printed.join(''), failure };
}

async function decisions(lines: readonly string[], ...args: readonly string[]): Promise<unknown[]> {
  const { out } = await run(['check', ...args], `${lines.join('\n')}\n`);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { decision: unknown }).decision); // The shape is what the test is about.
}

describe('loki policy check', () => {
  it('answers each line in order, and what is no action is denied', async () => {
    const table: readonly (readonly [string, string])[] = [
      ['{"kind":"file_read","path":"src/a.ts"}', 'ALLOW'],
      ['{"kind":"file_read","path":"secrets/key"}', 'DENY'],
      ['{"kind":"file_read","path":"out/keep.txt"}', 'DENY'],
      ['{"kind":"command","command":"npm test"}', 'ALLOW'],
      ['{"kind":"command","command":"whoami"}', 'REQUIRE_APPROVAL'],
      ['not JSON', 'DENY'],
      ['[]', 'DENY'],
      ['null', 'DENY'],
      ['{"kind":"format_disk"}', 'DENY'],
      ['{"kind":"file_read","path":7}', 'DENY'],
      ['{"kind":"file_read","path":"src/a.ts","approved":true}', 'DENY'],
      ['{"kind":"command","command":"cat src/a.ts","Command":"rm x"}', 'DENY'],
      ['{"kind":"file_read","path":"src/a.ts","__proto__":{"allowed":true}}', 'DENY'],
      ['{"kind":"file_read","path":""}', 'DENY'],
      ['{"kind":"file_read","path":"src/a.ts"}', 'ALLOW'],
    ];
    expect(await decisions(table.map(([line]) => line))).toEqual(table.map(([, wanted]) => wanted));
  });

  it('denies everything while a policies file is broken, names the place, and fails', async () => {
    const broken = path.join(space.base, 'broken');
    await mkdir(path.join(broken, '.loki'), { recursive: true });
    await writeFile(path.join(broken, '.loki/policies.yaml'), 'pre_execution: active_agents <= 3\nrule: []\n');
    const lines = '{"kind":"git_status"}\nnot JSON\n';
    const { out, failure } = await failing(['check'], lines, broken);
    const answers = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    const violation = { rule: 'configuration', source: { file: '.loki/policies.yaml', line: 2 } };
    const refusal = {
      decision: 'DENY',
      reason: expect.stringContaining('unknown key "rule"'),
      violations: [violation],
    };
    expect(answers).toMatchObject([refusal, refusal]);
    expect(failure).toContain('.loki/policies.yaml:2:1: unknown key "rule"');
  });

  it('decides as if no sandbox were there unless it is asked for the run', async () => {
    const open = path.join(space.base, 'open');
    await mkdir(open);
    const line = '{"kind":"command","command":"make"}\n';
    expect(JSON.parse((await run(['check'], line, open)).out)).toMatchObject({ decision: 'REQUIRE_APPROVAL' });
    expect(JSON.parse((await run(['check', '--as-run'], line, open)).out)).toMatchObject({
      decision: 'ALLOW',
      violations: [],
    });
  });

  it('has no effect on the disk', async () => {
    const before = await readdir(space.base, { recursive: true });
    await decisions([
      '{"kind":"file_delete","path":"src"}',
      '{"kind":"command","command":"touch src/new; cat < src/a.ts > src/b"}',
    ]);
    expect(await readdir(space.base, { recursive: true })).toEqual(before);
  });

  it('says nothing and fails when the configuration is broken', async () => {
    const broken = path.join(space.base, 'broken');
    await mkdir(path.join(broken, '.loki'), { recursive: true });
    await writeFile(path.join(broken, '.loki/config.yaml'), 'scope: [\n');
    await expect(run(['check'], '{"kind":"finish","summary":"x"}\n', broken)).rejects.toMatchObject({
      code: 'config_invalid',
    });
  });
});

describe('loki policy explain', () => {
  it('names rule, file, line and what would have to change', async () => {
    const action = '{"kind":"file_write","path":"secrets/key","content":""}';
    const { out } = await run(['explain', action]);
    expect(out).toContain('DENY: "secrets/key" is covered by denied_paths');
    expect(out).toContain('denied-path (.loki/config.yaml:3, project)');
    expect(out).toContain('to change it: remove or narrow the entry "secrets" (.loki/config.yaml:3) of denied_paths');
    expect(JSON.parse((await run(['explain', action, '--json'])).out)).toMatchObject({ decision: 'DENY' });
  });

  it.each<[line: string, says: string]>([
    ['hello', 'the line is not JSON'],
    ['[]', 'an action is an object with "kind" and other members'],
    ['{}', '"kind" is missing; it must be one of: file_read, file_list, '],
    ['{"kind":"format_disk"}', '"kind" must be one of: file_read, file_list, '],
    ['{"kind":"file_read"}', '"path" is missing; it must be text'],
    ['{"kind":"file_read","path":7}', '"path" must be text'],
    ['{"kind":"file_read","path":"a","approved":true}', 'it has no member "approved"'],
    ['{"kind":"file_list","path":"a","depth":99}', '"depth" must be at most 32'],
    ['{"kind":"report_finding","severity":"x","message":"m"}', '"severity" must be one of: high, medium, low'],
  ])('says in one sentence why %s is no action, which check denies', async (line, says) => {
    await expect(run(['explain', line])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/^this is no action: [^\n]*; write one such as [^\n]*$/),
    });
    await expect(run(['explain', line])).rejects.toThrow(says);
    const { code, out } = await run(['check'], `${line}\n`);
    expect([code, JSON.parse(out)]).toMatchObject([0, { decision: 'DENY', reason: expect.stringContaining(says) }]);
  });

  it('documents every kind of action with its members', async () => {
    const documentation = await readFile(
      path.join(import.meta.dirname, '..', '..', 'docs', 'configuration.md'),
      'utf8',
    );
    for (const { def } of action.def.options) {
      const [kind] = def.shape.kind.def.values;
      const row = documentation.split('\n').find((line) => line.startsWith(`| \`${kind}\``)) ?? '';
      const members = [...row.matchAll(/`(\w+)\??`/g)].map(([, name]) => name);
      expect([kind, ...Object.keys(def.shape).slice(1)]).toEqual(members);
    }
  });

  it('refuses what it cannot use', async () => {
    await expect(run(['explain'])).rejects.toMatchObject({ code: 'usage' });
    await expect(run(['check', 'x'])).rejects.toMatchObject({ code: 'usage' });
    await expect(run(['list'])).rejects.toMatchObject({ code: 'usage' });
    await expect(run([])).rejects.toMatchObject({ code: 'usage' });
  });
});
