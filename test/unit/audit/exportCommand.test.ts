import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { aContent, writeIndexed } from './query/segmentedLog.ts';
import { runAudit } from './runAudit.ts';

async function workspaceWith(
  entries: number,
): Promise<{ readonly workspace: string; readonly lines: readonly string[] }> {
  const workspace = temporaryFolder();
  mkdirSync(path.join(workspace, 'audit'));
  const contents = Array.from({ length: entries }, (_, n) => aContent(n));
  return { workspace, lines: await writeIndexed(path.join(workspace, 'audit'), contents, 30) };
}

test('exports the lines of the log, all of them unless told otherwise', async () => {
  const { workspace, lines } = await workspaceWith(100);
  expect(await runAudit(workspace, ['export'])).toEqual({ code: 0, printed: lines.join(''), told: '' });
});

test('exports what fits, from where the last export ended', async () => {
  const { workspace, lines } = await workspaceWith(100);
  const { printed } = await runAudit(workspace, ['export', '--task', 'task-2', '--cursor', '37', '--limit', '2']);
  expect(printed).toBe([lines[42], lines[47]].join(''));
});

test('says when nothing fits; a table still has its header', async () => {
  const { workspace } = await workspaceWith(3);
  const { code, printed, told } = await runAudit(workspace, ['export', '--format', 'csv', '--task', 'none']);
  expect([code, printed.split('\r\n').length, told]).toEqual([0, 2, 'no entry matches, so nothing was exported\n']);
});

test('names the log in every format that names its source', async () => {
  const workspace = temporaryFolder();
  mkdirSync(path.join(workspace, 'audit'));
  const log_id = '0123456789abcdef0123456789abcdef';
  await writeIndexed(path.join(workspace, 'audit'), [aContent(0, { metadata: { log_id } }), aContent(1)], 1);
  for (const format of ['cef', 'ocsf', 'ecs', 'cloudevents'])
    expect((await runAudit(workspace, ['export', '--format', format, '--cursor', '0'])).printed).toContain(log_id);
});

test('writes a file that is complete or not there, for its owner alone', async () => {
  const { workspace, lines } = await workspaceWith(100);
  const out = path.join(workspace, 'out.jsonl');
  writeFileSync(out, 'the export before');
  const { printed, told } = await runAudit(workspace, ['export', '--out', 'out.jsonl']);
  expect([printed, told]).toEqual([
    '',
    '100 entries exported; the last one is entry 99: go on behind it with --cursor 99\n',
  ]);
  expect(readFileSync(out, 'utf8')).toBe(lines.join(''));
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(readdirSync(workspace).toSorted()).toEqual(['audit', 'out.jsonl']);
});

test('a cancelled export leaves what was there, and nothing else', async () => {
  const { workspace } = await workspaceWith(100);
  writeFileSync(path.join(workspace, 'out.jsonl'), 'the export before');
  const signal = AbortSignal.abort();
  await expect(runAudit(workspace, ['export', '--out', 'out.jsonl'], { signal })).rejects.toThrow();
  expect(readFileSync(path.join(workspace, 'out.jsonl'), 'utf8')).toBe('the export before');
  expect(readdirSync(workspace).toSorted()).toEqual(['audit', 'out.jsonl']);
});

test('never writes into the folder of the log, by whatever name', async () => {
  const { workspace, lines } = await workspaceWith(10);
  symlinkSync('audit', path.join(workspace, 'link'));
  for (const out of ['audit/audit.jsonl', 'audit/new.jsonl', 'link/audit.jsonl', '.', 'audit'])
    await expect(runAudit(workspace, ['export', '--out', out])).rejects.toMatchObject({ code: 'usage' });
  symlinkSync('audit/audit.jsonl', path.join(workspace, 'looks-harmless'));
  await runAudit(workspace, ['export', '--out', 'looks-harmless']);
  expect(readFileSync(path.join(workspace, 'audit', 'audit.jsonl'), 'utf8')).toBe(lines.join(''));
  expect(existsSync(path.join(workspace, 'audit', 'new.jsonl'))).toBe(false);
});

test('says where a file cannot be made', async () => {
  const { workspace } = await workspaceWith(1);
  await expect(runAudit(workspace, ['export', '--out', 'no/such/folder'])).rejects.toMatchObject({
    code: 'disk_unwritable',
  });
});

test('stops when whoever reads it has left', async () => {
  const { workspace } = await workspaceWith(3000);
  let taken = '';
  let hasReader = true;
  const print = (text: string): void => {
    taken += text;
    hasReader = false;
  };
  const { code, told } = await runAudit(workspace, ['export'], { print, hasReader: () => hasReader });
  expect([code, told, taken.length < 200_000]).toEqual([0, '', true]);
  taken = '';
  hasReader = true;
  await runAudit(workspace, ['list', '--all'], { print, hasReader: () => hasReader });
  expect(taken.split('\n')).toHaveLength(2);
});

test('shows nothing deceiving where a person reads it at a terminal', async () => {
  const workspace = temporaryFolder();
  mkdirSync(path.join(workspace, 'audit'));
  const [line = ''] = await writeIndexed(
    path.join(workspace, 'audit'),
    [aContent(0, { why: 'left\u202eright\u009b' })],
    9,
  );
  const { printed } = await runAudit(workspace, ['export'], { printsToTerminal: true });
  expect(printed).not.toMatch(/[\u0080-\u009f\u202e]/);
  expect(JSON.parse(printed)).toEqual(JSON.parse(line));
});

test('takes the formats that there are', async () => {
  await expect(runAudit(temporaryFolder(), ['export', '--format', 'xml'])).rejects.toMatchObject({
    code: 'usage',
    message: '--format takes jsonl, csv, cef, ocsf, ecs, cloudevents, not "xml"',
  });
});
