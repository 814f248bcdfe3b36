import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { logFile, makeLog, openLog, readLog } from './aLog.ts';
import { aRecord } from './aRecord.ts';
import { aSigner, buildLog } from './signedLog.ts';
import { auditVerification } from '#protocol/audit';
import { printNoteKey } from '../../../server/src/audit/note/noteKey.ts';
import { runAudit, type Ran } from './runAudit.ts';
import { parse } from './theRecipe.ts';

const run = async (workspace: string, ...args: string[]): Promise<Ran> => await runAudit(workspace, args);

async function workspaceWith(entries: number): Promise<string> {
  const workspace = temporaryFolder();
  await makeLog(path.join(workspace, 'audit'), entries);
  return workspace;
}

function tamper(workspace: string): void {
  const file = logFile(path.join(workspace, 'audit'));
  writeFileSync(file, readFileSync(file, 'utf8').replace('implementer', 'mallory'));
}

describe('loki audit verify', () => {
  test('says that an intact log is intact, and what that does not cover', async () => {
    const workspace = await workspaceWith(3);
    const { code, printed } = await run(workspace, 'verify');
    expect([code, printed]).toEqual([
      0,
      expect.stringMatching(/^Valid: the audit log is intact \(3 entries\); .* not proved/),
    ]);
    for (const part of ['Integrity: ', 'Completeness: ', 'Checkpoints: ', 'Anchors: ']) expect(printed).toContain(part);
    const json = await run(path.dirname(workspace), 'verify', '--workspace', workspace, '--json');
    expect(json).toMatchObject({
      code: 0,
      printed: expect.stringMatching(/^\{"valid":true,"entries":3,"brokenAt":null,"error":null,"integrity":"intact",/),
      told: '',
    });
    expect(auditVerification.parse(parse(json.printed))).toMatchObject({ completeness: 'unproved' });
  });

  test('says where a log is not intact', async () => {
    const workspace = await workspaceWith(3);
    tamper(workspace);
    const { code, printed } = await run(workspace, 'verify');
    expect([code, printed]).toEqual([
      1,
      expect.stringMatching(
        /^NOT VALID: the audit log is altered .*\n.*Altered\. .* entry 0 was changed .*\n(.*\n)*Keep a copy/,
      ),
    ]);
    const json = await run(workspace, 'verify', '--json');
    expect([json.code, parse(json.printed)]).toEqual([
      1,
      expect.objectContaining({ valid: false, entries: 3, brokenAt: 0, error: expect.stringContaining('entry 0') }),
    ]);
  });

  test('compares with the key that one knows, and says what a key looks like', async () => {
    const workspace = temporaryFolder();
    const log = buildLog({ entries: 20, checkpoints: [20] });
    mkdirSync(path.join(workspace, 'audit'));
    for (const [name, bytes] of log.files) writeFileSync(path.join(workspace, 'audit', name), bytes);
    const [own = '', other = ''] = [...log.signers, aSigner()].map(({ key }) => printNoteKey(key));
    expect(await run(workspace, 'verify', '--strict', '--key', own)).toMatchObject({
      code: 0,
      printed: expect.stringContaining(`with the key ${own.split('+')[1]}. It is kept in the keychain`),
    });
    expect(await run(workspace, 'verify', '--key', other)).toMatchObject({
      code: 1,
      printed: expect.stringContaining('signed with another key than the one that you gave'),
    });
    await expect(run(workspace, 'verify', '--key', 'abc')).rejects.toMatchObject({ code: 'usage' });
  });

  test('fails where there never was a log, and makes none', async () => {
    const workspace = temporaryFolder();
    await expect(run(workspace, 'verify')).rejects.toMatchObject({
      code: 'audit_missing',
      message: expect.stringContaining('loki run'),
    });
    const { code, printed } = await run(workspace, 'verify', '--json');
    expect([code, parse(printed)]).toEqual([
      3,
      { valid: false, entries: 0, brokenAt: null, error: expect.stringContaining('no audit log') },
    ]);
    expect(readdirSync(workspace)).toEqual([]);
  });

  test('points to the log of the repository that the folder is in', async () => {
    const root = temporaryFolder();
    mkdirSync(path.join(root, '.git'));
    writeFileSync(path.join(root, '.git', 'HEAD'), '');
    await makeLog(path.join(root, '.loki', 'audit'), 1);
    mkdirSync(path.join(root, 'web'));
    await expect(run(path.join(root, 'web'), 'verify')).rejects.toMatchObject({
      code: 'audit_missing',
      message: expect.stringContaining(`give --workspace ${root}`),
    });
  });

  test('tells a script too where the log cannot be read, and never that it is valid', async () => {
    const workspace = await workspaceWith(3);
    const log = path.join(workspace, 'audit', 'audit.jsonl');
    renameSync(log, path.join(workspace, 'elsewhere'));
    symlinkSync(path.join(workspace, 'elsewhere'), log);
    const { code, printed } = await run(workspace, 'verify', '--json');
    const error = expect.stringContaining('is not a plain file; see what was put in its place');
    expect([code, JSON.parse(printed)]).toEqual([3, { valid: false, entries: 0, brokenAt: null, error }]);
    await expect(run(workspace, 'verify')).rejects.toMatchObject({ code: 'audit_unreadable' });
  });

  test('works on a log that may only be read', async () => {
    const workspace = await workspaceWith(3);
    const folder = path.join(workspace, 'audit');
    for (const name of readdirSync(folder)) chmodSync(path.join(folder, name), 0o400);
    chmodSync(folder, 0o500);
    expect((await run(workspace, 'verify')).code).toBe(0);
    expect((await run(workspace, 'list')).code).toBe(0);
    chmodSync(folder, 0o700);
  });
});

describe('loki audit list', () => {
  test('shows one readable line an entry', async () => {
    const workspace = temporaryFolder();
    const log = openLog(path.join(workspace, 'audit'));
    await log.append(
      aRecord(0, {
        why: 'add a greeting',
        metadata: { decision: 'DENY', result: 'refused', reason: 'outside allowed_paths' },
      }),
    );
    await log.append(aRecord(1, { who: 'loki', what: 'gate', where: null, why: null, metadata: {} }));
    await log.close();
    expect(await run(workspace, 'list')).toEqual({
      code: 0,
      told: '',
      printed: [
        '     0  2026-03-01 10:20:30.456Z  implementer         file_write      DENY refused          src/file0.ts  add a greeting: outside allowed_paths\n',
        '     1  2026-03-01 10:20:30.456Z  loki                gate            -                     -\n',
      ].join(''),
    });
  });

  test('says when nothing matches, beside the output', async () => {
    const workspace = await workspaceWith(2);
    expect(await run(workspace, 'list', '--run', 'nope', '--decision', 'DENY', '--json')).toEqual({
      code: 0,
      printed: '',
      told: 'no entry matches --run nope --decision DENY\n',
    });
    await expect(run(workspace, 'list', '--decision', 'deny')).rejects.toMatchObject({
      code: 'usage',
      message: '--decision takes ALLOW, REQUIRE_APPROVAL, DENY, not "deny"',
    });
  });

  test('shows control characters and turned text as what they are, on one line', async () => {
    const workspace = temporaryFolder();
    const log = openLog(path.join(workspace, 'audit'));
    const bad = 'a\u001b[2J\u009b31mb\r\nc\u202ed\u2066e\u2028f';
    await log.append(
      aRecord(0, { who: bad, what: bad, where: bad, why: bad, metadata: { decision: bad, result: bad, reason: bad } }),
    );
    await log.close();
    const { printed } = await run(workspace, 'list');
    // eslint-disable-next-line no-control-regex -- That there are none is what is tested.
    expect(printed.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/u);
    expect(printed).toContain(String.raw`\u{202e}`);
  });

  test('prints the entries themselves with --json', async () => {
    const workspace = await workspaceWith(4);
    const { printed } = await run(workspace, 'list', '--json');
    expect(printed.split('\n').slice(0, -1)).toEqual(readLog(path.join(workspace, 'audit')));
  });

  test.each<[string, string[], number]>([
    ['the last 50', [], 50],
    ['all', ['--all'], 60],
    ['the last so many', ['--last', '7'], 7],
    ['those of a run', ['--run', 'run-1', '--all'], 20],
    [
      'those that fit everything',
      [
        '--task',
        'task-a',
        '--agent',
        'implementer',
        '--what',
        'file_write',
        '--decision',
        'ALLOW',
        '--text',
        'STEP 33:',
      ],
      1,
    ],
    ['none', ['--task', 'task-b'], 0],
  ])('shows %s', async (_what, args, expected) => {
    const workspace = await workspaceWith(60);
    const { code, printed } = await run(workspace, 'list', ...args);
    expect([code, printed.split('\n').length - 1]).toEqual([0, expected]);
  });

  test('says when lines were left out, and when there is no log', async () => {
    const workspace = await workspaceWith(1);
    appendFileSync(logFile(path.join(workspace, 'audit')), 'hello\n');
    expect(await run(workspace, 'list')).toMatchObject({ code: 0, told: expect.stringContaining('loki audit verify') });
    await expect(run(temporaryFolder(), 'list')).rejects.toMatchObject({ code: 'audit_missing' });
  });
});

test.each([
  [[], 'loki audit verify'],
  [['check'], 'loki audit verify'],
  [['verify', 'more'], '"more"'],
  [['list', '--last', '0'], '--last "0"'],
  [['list', '--last', '-1'], '--last'],
  [['list', '--last', '1e3'], '--last "1e3"'],
  [['list', '--last', '3', '--all'], 'not both'],
])('loki audit %j is not understood and says why', async (args, why) => {
  await expect(run(temporaryFolder(), ...args)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(why),
  });
});
