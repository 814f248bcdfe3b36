import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readFile } from '../../../server/src/tools/readFile.ts';
import { permitFor } from '../permitFor.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { workspaceOf } from './workspaceOf.ts';

async function read(name: string, window: { fromLine?: number; toLine?: number } = {}): Promise<string> {
  const outside = await temporaryFolder({ secret: 'outside\n' });
  const root = await temporaryFolder({
    'a.txt': 'one\ntwo\nthree\n',
    'open.txt': 'one\ntwo',
    'empty.txt': '',
    'bom.txt': '\uFEFFbom\n',
    'folder/b.txt': 'b\n',
    'secrets/key': 'key\n',
    'long.txt': `${'x'.repeat(99)}\n`.repeat(5000),
  });
  writeFileSync(path.join(root, 'binary'), Buffer.from([1, 0, 2]));
  writeFileSync(path.join(root, 'latin1.txt'), Buffer.from('caf\u00e9\n', 'latin1'));
  symlinkSync('folder', path.join(root, 'inner'));
  symlinkSync(path.join(outside, 'secret'), path.join(root, 'outer'));
  symlinkSync('secrets/key', path.join(root, 'disguised'));
  symlinkSync('loop', path.join(root, 'loop'));
  execFileSync('mkfifo', [path.join(root, 'pipe')]);
  const result = readFile(
    permitFor({ kind: 'file_read', path: name.replace('{root}', root), ...window }),
    workspaceOf(root, ['secrets']),
  );
  return result.kind === 'done' ? result.text : `failed: ${result.reason}`;
}

test.each([
  ['a.txt', {}, 'one\ntwo\nthree\n'],
  ['./folder/../a.txt', {}, 'one\ntwo\nthree\n'],
  ['{root}/a.txt', {}, 'one\ntwo\nthree\n'],
  ['open.txt', {}, 'one\ntwo'],
  ['bom.txt', {}, '\uFEFFbom\n'],
  ['empty.txt', {}, '[the file is empty]'],
  ['a.txt', { fromLine: 2 }, 'two\nthree\n[lines 2–3 of 3]'],
  ['a.txt', { fromLine: 2, toLine: 2 }, 'two\n[lines 2–2 of 3]'],
  ['a.txt', { toLine: 99 }, 'one\ntwo\nthree\n'],
  ['a.txt', { fromLine: 4 }, 'failed: a.txt has 3 lines; there is no line 4'],
  ['a.txt', { fromLine: 3, toLine: 1 }, 'failed: to_line (1) comes before from_line (3)'],
  ['latin1.txt', {}, 'caf\uFFFD\n[some bytes are not valid UTF-8 and are shown as \uFFFD]'],
  ['binary', {}, 'failed: binary is a binary file of 3 bytes; it cannot be read as text'],
  ['folder', {}, 'failed: folder is not a regular file; use list_files for folders'],
  ['.', {}, 'failed: the workspace is a folder; use list_files'],
  ['pipe', {}, 'failed: pipe is not a regular file; use list_files for folders'],
  ['nowhere', {}, 'failed: there is no nowhere; use list_files to see what is there'],
  ['a.txt/x', {}, 'failed: the way to a.txt/x goes through a link or a file; name the real path of a folder instead'],
  ['inner/b.txt', {}, 'b\n'],
  ['outer', {}, 'failed: outer is a link that leads outside the workspace'],
  ['loop', {}, 'failed: the way to loop goes through a link or a file; name the real path of a folder instead'],
  ['../x', {}, 'failed: ../x lies outside the workspace'],
  ['/etc/passwd', {}, 'failed: /etc/passwd lies outside the workspace'],
  ['a\0b', {}, 'failed: the path contains a NUL character'],
  // What is hidden is missing, in the same words, by whatever name.
  ['secrets/key', {}, 'failed: there is no secrets/key; use list_files to see what is there'],
  ['disguised', {}, 'failed: there is no disguised; use list_files to see what is there'],
])('reading %j %j', async (name, window, expected) => expect(await read(name, window)).toBe(expected));

test('a long file is cut at a limit that is said, and can be read on', async () => {
  const text = await read('long.txt');
  expect(text.length).toBeLessThan(263_000);
  expect(text).toMatch(/\[cut at 256 KiB, in line 2622 of 5000; read on with from_line\]$/);
  expect(await read('long.txt', { fromLine: 4999 })).toMatch(/^x{99}\nx{99}\n?\[lines 4999–5000 of 5000\]$/);
});

test('what is no permit reads nothing', async () => {
  const root = await temporaryFolder({ a: 'a' });
  const other = permitFor({ kind: 'file_delete', path: 'a' });
  expect(() => readFile(other as never, workspaceOf(root))).toThrow('permit');
  expect(() => readFile({ action: { kind: 'file_read', path: 'a' } } as never, workspaceOf(root))).toThrow('permit');
});
